"""RSS and RDF as they are written: where the address of an entry stands, other vocabularies, broken forms."""

import pytest

from ingest.base.models import Credit, Entry
from ingest.clean.feed import clean
from ingest.parse.document import parse


def rss(item: str, namespaces: str = "") -> Entry:
    head = "<title>T</title><link>https://e.example/</link>"
    (entry,) = parse(
        f'<rss version="2.0" {namespaces}><channel>{head}<item>{item}</item></channel></rss>'.encode()
    ).entries
    return entry


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<guid>https://e.example/1</guid>", "https://e.example/1"),
        ("<link/><guid>https://e.example/1</guid>", "https://e.example/1"),
        ("<guid isPermaLink='TRUE'> https://e.example/1 </guid><link></link>", "https://e.example/1"),
        ("<guid isPermaLink='false'>https://e.example/1</guid>", None),
        ("<guid>12345</guid>", None),
        ("<guid ispermalink='false'>urn:1</guid><link>https://e.example/1</link>", "https://e.example/1"),
        ("<guid>x</guid><link>/1</link>", "https://e.example/1"),
        ("<guid>x</guid><link href='https://e.example/1'/>", "https://e.example/1"),
        ("<link><![CDATA[\n https://e.example/?a=1&b=2\n]]></link>", "https://e.example/?a=1&b=2"),
        ("<link>https://e.example/?a=1&b=2&copy=3</link>", "https://e.example/?a=1&b=2&copy=3"),
        (
            "<image><link>https://e.example/i</link></image><link>https://e.example/1</link>",
            "https://e.example/1",
        ),
        (
            "<source url='https://s.example/f'>S</source><link>https://e.example/1</link>",
            "https://e.example/1",
        ),
        ("<atom:link rel='self' href='/f'/><atom:link href='https://e.example/1'/>", "https://e.example/1"),
        ("<link>https://e.example/1</link><atom:link rel='self' href='/f'/>", "https://e.example/1"),
    ],
)
def test_the_address_of_an_item(item: str, url: str | None) -> None:
    assert rss(item, 'xmlns:atom="http://www.w3.org/2005/Atom"').url == url


@pytest.mark.parametrize("prefix", ["feedburner", "fb"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_address_before_the_counting_one_is_the_entry_s(prefix: str, scheme: str) -> None:
    namespace = f'xmlns:{prefix}="{scheme}://rssnamespace.org/feedburner/ext/1.0"'
    real = f"<{prefix}:origLink>https://e.example/1</{prefix}:origLink>"
    for item in (f"<link>http://fp.example/~r/1</link>{real}", f"{real}<link>http://fp.example/~r/1</link>"):
        entry = rss(item, namespace)
        assert (entry.url, entry.extra) == ("https://e.example/1", ({"link": "http://fp.example/~r/1"},))


def test_vocabularies_beside_rss_are_kept_whole() -> None:
    entry = rss(
        "<guid isPermaLink='false'>q</guid><g:lat>38.5</g:lat><g:long>-122.5</g:long>"
        "<d:subject>Tides</d:subject><d:rights>Public domain</d:rights><d:publisher>Office</d:publisher>"
        "<d:contributor>Con</d:contributor><d:identifier>doi:10.1/x</d:identifier><d:language>fr</d:language>"
        "<p:doi>10.1/x</p:doi><p:volume>12</p:volume><s:comments>17</s:comments>"
        "<w:commentRss>https://e.example/1/comments</w:commentRss>"
        "<c:license>https://cc.example/by</c:license>",
        'xmlns:g="https://www.w3.org/2003/01/geo/wgs84_pos" xmlns:d="http://purl.org/dc/elements/1.1"'
        ' xmlns:p="http://prismstandard.org/namespaces/basic/3.0/" xmlns:s="http://purl.org/rss/1.0/modules/slash/"'
        ' xmlns:w="http://wellformedweb.org/CommentAPI/"'
        ' xmlns:c="http://backend.userland.com/creativeCommonsRssModule"',
    )
    assert entry == Entry(
        guid="q",
        tags=("Tides",),
        credits=(Credit("Con", "contributor"),),
        language="fr",
        license="https://cc.example/by",
        comments=17,
        latitude=38.5,
        longitude=-122.5,
        extra=(
            {"dc:rights": "Public domain"},
            {"dc:publisher": "Office"},
            {"dc:identifier": "doi:10.1/x"},
            {"prism:doi": "10.1/x"},
            {"prism:volume": "12"},
            {"wfw:commentRss": "https://e.example/1/comments"},
        ),
    )


def test_a_page_of_links_has_what_is_linked_and_what_is_said_of_it() -> None:
    entry = rss(
        "<title>Show: Tides</title><link>https://tides.example/</link>"
        "<comments>https://news.example/item?id=1</comments>"
        "<description><![CDATA[<a href='https://news.example/item?id=1'>Comments</a>]]></description>"
    )
    assert (entry.url, entry.comments_url) == ("https://tides.example/", "https://news.example/item?id=1")


ITEM = "<title>t</title><link>https://e.example/1</link><description>&lt;p&gt;d&lt;/p&gt;</description>"
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


@pytest.mark.parametrize(
    "document",
    [
        f'<rss version="2.0"><channel><item>{ITEM}</item></channel></rss>',
        f'<rss version="2.0" xmlns="http://www.w3.org/2005/Atom"><channel><item>{ITEM}</item></channel></rss>',
        f'<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><item>{ITEM}</item></channel></rss>',
        f'<rss version="0.91"><channel><title>T</title></channel><item>{ITEM}</item></rss>',
        f'<rdf:RDF {RDF} xmlns="http://purl.org/rss/1.0/"><channel/><item>{ITEM}</item></rdf:RDF>',
        f'<rdf:RDF {RDF} xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel/><item>{ITEM}</item></rdf:RDF>',
        f'---\nlayout: null\n---\n<?xml version="1.0"?><rss version="2.0"><channel><item>{ITEM}</item></channel></rss>',
        f'<?xml version="1.1"?><rss version="2.0"><channel><item>{ITEM}</item></channel></rss>',
        f'&lt;?xml version="1.0"?&gt;<rss version="2.0"><channel><item>{ITEM}</item></channel></rss>',
        f"<b>Warning</b>: in x.php\n<rss version='2.0'><channel><item>{ITEM}</item></channel></rss>",
        f'<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]><rss version="2.0"><channel><item>{ITEM}</item></channel></rss>',
        f'<RSS VERSION="2.0"><CHANNEL><ITEM>{ITEM.replace("title", "TITLE").replace("link", "LINK")}'
        "</ITEM></CHANNEL></RSS>",
    ],
)
def test_forms_that_the_format_does_not_know_are_read_as_meant(document: str) -> None:
    (entry,) = parse(document.encode()).entries
    assert (entry.title, entry.url, entry.html) == ("t", "https://e.example/1", "<p>d</p>")


@pytest.mark.parametrize(
    ("namespaces", "author", "content", "image", "duration"),
    [
        (
            "",
            "dc:creator",
            "content:encoded",
            "media:thumbnail",
            "itunes:duration",
        ),  # as nobody declared them
        (
            'xmlns:who="http://purl.org/dc/elements/1.1/" xmlns:c="http://purl.org/rss/1.0/modules/content/"'
            ' xmlns:m="http://search.yahoo.com/mrss/" xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd"',
            "who:creator",
            "c:encoded",
            "m:thumbnail",
            "i:duration",
        ),
    ],
)
def test_prefixes_may_be_others_or_undeclared(
    namespaces: str, author: str, content: str, image: str, duration: str
) -> None:
    entry = rss(
        f"<{author}>Ann</{author}><{content}><![CDATA[<p>x</p>]]></{content}>"
        f"<{image} url='https://e.example/1.png'/><{duration}>5:00</{duration}>",
        namespaces,
    )
    assert (entry.authors, entry.html) == (("Ann",), "<p>x</p>")
    assert (entry.image_url, entry.duration) == ("https://e.example/1.png", 300)


def test_a_body_of_xhtml_stands_before_the_description() -> None:
    entry = rss(
        '<description>short</description><body xmlns="http://www.w3.org/1999/xhtml"><p>The body of it</p></body>'
    )
    assert (entry.html, entry.summary) == ("<p>The body of it</p>", "short")


def test_entities_of_html_and_stray_ampersands_are_the_characters_that_are_meant() -> None:
    document = (
        '<!DOCTYPE rss [<!ENTITY mine "My name">]><rss version="2.0"><channel><item>'
        "<title>R&D &ndash; &mine; &bogus; x &amp;amp; y</title></item></channel></rss>"
    )
    (entry,) = clean(parse(document.encode())).entries
    assert entry.title == "R&D – My name &bogus; x & y"
