"""Elements of RSS and Atom that feeds use in other ways than the common one."""

import pytest

from ingest.base.models import Entry, Source
from ingest.parse.document import parse

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'


def rss(inside: str, namespaces: str = "") -> list[Entry]:
    return list(parse(f'<rss version="2.0" {namespaces}><channel>{inside}</channel></rss>'.encode()).entries)


def atom(inside: str) -> list[Entry]:
    return list(parse(f"<feed {ATOM}>{inside}</feed>".encode()).entries)


def test_an_element_within_another_is_not_the_item_s() -> None:
    (entry,) = rss(
        "<item><guid>1</guid><shop><title>Shop</title><description>Buy</description></shop></item>"
    )
    assert (entry.title, entry.html) == ("", "")
    assert entry.extra == ({"shop": {"#": [{"title": "Shop"}, {"description": "Buy"}]}},)


def test_the_page_behind_a_link_that_counts_clicks_is_the_address() -> None:
    (entry,) = rss(
        "<item><link>http://clicks.example/1</link><fb:origLink>https://e.example/post</fb:origLink></item>",
        'xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0"',
    )
    assert (entry.url, entry.extra) == ("https://e.example/post", ({"link": "http://clicks.example/1"},))


@pytest.mark.parametrize("link", ["", "<link/>", "<link> </link>"])
def test_a_guid_is_the_address_where_there_is_no_other(link: str) -> None:
    assert rss(f"<item>{link}<guid>https://e.example/1</guid></item>")[0].url == "https://e.example/1"


def test_a_relative_guid_is_an_address_where_it_says_so() -> None:
    (entry,) = rss('<link>https://e.example/</link><item><guid isPermaLink="true">/1</guid></item>')
    assert (entry.guid, entry.url) == ("/1", "https://e.example/1")


def test_the_first_page_without_a_language_or_in_the_entry_s_is_the_address() -> None:
    links = '<link hreflang="de" href="https://e.example/de"/><link href="https://e.example/en"/>'
    first, second = atom(f'<entry><id>1</id>{links}</entry><entry xml:lang="de"><id>2</id>{links}</entry>')
    assert (first.url, second.url) == ("https://e.example/en", "https://e.example/de")


def test_a_relation_may_be_written_as_an_address() -> None:
    link = '<link rel="http://www.iana.org/assignments/relation/alternate" href="https://e.example/1"/>'
    assert atom(f"<entry><id>1</id>{link}</entry>")[0].url == "https://e.example/1"


def test_the_authors_of_the_source_stand_before_the_feed_s() -> None:
    (entry,) = atom(
        "<author><name>Admin</name></author><entry><id>1</id><source><title>Blog</title>"
        '<link href="https://blog.example/"/><author><name>Ann</name></author></source></entry>'
    )
    assert (entry.authors, entry.source) == (("Ann",), Source("Blog", "https://blog.example/"))


def test_a_source_of_rss_has_the_address_of_its_feed() -> None:
    (entry,) = rss('<item><guid>1</guid><source url="https://s.example/feed">S</source></item>')
    assert entry.source == Source("S", "https://s.example/feed")


@pytest.mark.parametrize(
    ("enclosure", "url"),
    [
        ("<enclosure>https://e.example/a%20b.mp3</enclosure>", "https://e.example/a%20b.mp3"),
        ("<enclosure>\n https://e.example/a b.mp3\n</enclosure>", "https://e.example/a b.mp3"),
        ("<enclosure><![CDATA[https://e.example/a?b=1&c=2]]></enclosure>", "https://e.example/a?b=1&c=2"),
        ('<enclosure type="audio/ogg" url="">/a.ogg</enclosure>', "https://e.example/a.ogg"),
        ('<enclosure src="https://e.example/a.ogg"/>', "https://e.example/a.ogg"),
        ("<enclosure><url>https://e.example/a</url><length>5</length></enclosure>", "https://e.example/a"),
    ],
)
def test_the_address_of_an_enclosure_may_be_its_text(enclosure: str, url: str) -> None:
    (entry,) = rss(f"<link>https://e.example/</link><item><guid>1</guid>{enclosure}</item>")
    assert [one.url for one in entry.enclosures] == [url]
    assert [one.url for one in entry.media] == [url]


@pytest.mark.parametrize("text", ["", "none", "https://e.example/1.mp3 https://e.example/2.mp3"])
def test_what_is_no_address_is_no_enclosure(text: str) -> None:
    (entry,) = rss(f"<item><guid>1</guid><enclosure>{text}</enclosure></item>")
    assert (entry.enclosures, entry.media) == ((), ())
    assert entry.extra == ({"enclosure": text},)


ARXIV = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"'


def test_authors_are_separated_by_semicolons() -> None:
    (entry,) = rss("<item><guid>1</guid><dc:creator>Doe, J.; Roe, R.</dc:creator></item>", ARXIV)
    assert entry.authors == ("Doe, J.", "Roe, R.")


@pytest.mark.parametrize(
    ("creator", "authors"),
    [
        ("J. Doe, R. Roe, C. d'Author", ("J. Doe", "R. Roe", "C. d'Author")),
        ("J. Doe, R. Roe and C. d'Author", ("J. Doe", "R. Roe", "C. d'Author")),
        ("J. Doe (Here, There), The Tide Collaboration", ("J. Doe (Here, There)", "The Tide Collaboration")),
        ("J. Doe", ("J. Doe",)),
    ],
)
@pytest.mark.parametrize(
    "known_by",
    [
        "<arxiv:DOI>10.1/y</arxiv:DOI>",
        "<guid>oai:arXiv.org:2501.1v1</guid>",
        "<link>http://arxiv.org/abs/2501.1</link>",
    ],
)
def test_arxiv_s_authors_are_separated_by_commas(known_by: str, creator: str, authors: tuple[str]) -> None:
    assert rss(f"<item>{known_by}<dc:creator>{creator}</dc:creator></item>", ARXIV)[0].authors == authors


def test_a_name_with_a_comma_is_one_where_others_announce_a_paper() -> None:
    item = "<item><link>https://arxiv.org/abs/2501.1</link><dc:creator>Doe, Jane</dc:creator></item>"
    assert rss(item, ARXIV)[0].authors == ("Doe, Jane",)


def test_authors_who_are_links_are_one_each() -> None:
    names = "&lt;a href='/a'&gt;J. Doe&lt;/a&gt;, &lt;a href='/r'&gt;R. R&amp;ouml;e&lt;/a&gt; (Here, There)"
    (entry,) = rss(f"<item><guid>1</guid><dc:creator>{names}</dc:creator></item>", ARXIV)
    assert entry.authors == ("J. Doe", "R. Röe")
    assert entry.extra == (
        {"dc:creator": "<a href='/a'>J. Doe</a>, <a href='/r'>R. R&ouml;e</a> (Here, There)"},
    )


def test_an_entry_document_is_a_feed_of_one() -> None:
    feed = parse(f"<entry {ATOM}><id>1</id><title>One</title><content>Body</content></entry>".encode())
    assert [(entry.guid, entry.title, entry.html) for entry in feed.entries] == [("1", "One", "<p>Body</p>")]


@pytest.mark.parametrize(
    ("document", "format"),
    [
        (f"<!DOCTYPE entry><?xml-stylesheet href='a'?><entry {ATOM}><title>A</title></entry>", "atom1.0"),
        (f"<a:entry xmlns:a{ATOM[5:]}><a:title>A</a:title></a:entry>", "atom1.0"),
        ("<entry xmlns='https://www.w3.org/2005/Atom/'><title>A</title></entry>", "atom1.0"),
        ("<entry version='0.3' xmlns='http://purl.org/atom/ns#'><title>A</title></entry>", "atom0.3"),
    ],
)
def test_entry_documents_may_be_written_in_other_ways(document: str, format: str) -> None:
    feed = parse(document.encode())
    assert ([entry.title for entry in feed.entries], feed.format) == (["A"], format)


@pytest.mark.parametrize(
    "document",
    [
        '<rss version="0.91"><channel><title>T</title></channel><item><title>A</title></item></rss>',
        "<RSS VERSION='2.0'><CHANNEL><ITEM><TITLE>A</TITLE></ITEM></CHANNEL></RSS>",
        '<rss xmlns="urn:odd"><channel><item><title>A</title></item></channel></rss>',
        f"<feed {ATOM}><channel><entry><title>A</title></entry></channel></feed>",
        '<feed xmlns="urn:odd"><entry><title>A</title></entry></feed>',
    ],
)
def test_feeds_of_odd_forms_have_their_entries(document: str) -> None:
    assert [entry.title for entry in parse(document.encode()).entries] == ["A"]


@pytest.mark.parametrize(
    ("kind", "content", "html"),
    [
        ("text/markdown", "# A", "<p># A</p>"),
        ("text/csv; charset=utf-8", "1 &lt; 2", "<p>1 &lt; 2</p>"),
        ("markdown", "# A", "<p># A</p>"),
        ("text/x-other", "1 &lt; 2", "<p>1 &lt; 2</p>"),
        ("application/xml", "<a xmlns='urn:a'>words</a>", "<a>words</a>"),
        ("image/svg+xml", "<svg xmlns='urn:s'><text>words</text></svg>", "<svg><text>words</text></svg>"),
        ("application/json", "{}", ""),
        ("application/octet-stream", "SGVsbG8=", ""),
    ],
)
def test_what_is_text_is_a_body_and_data_is_none(kind: str, content: str, html: str) -> None:
    assert atom(f'<entry><id>1</id><content type="{kind}">{content}</content></entry>')[0].html == html


@pytest.mark.parametrize(
    ("xhtml", "html"),
    [
        ("a<br/>b", "a<br>b"),
        ("<i class='x'/>b", '<i class="x"></i>b'),
        ("<iframe src='/f'/>b", '<iframe src="/f"></iframe>b'),
        ("<p>1 &lt; 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>"),
    ],
)
def test_xhtml_is_written_as_parsers_of_html_read_it(xhtml: str, html: str) -> None:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{xhtml}</div>'
    assert atom(f'<entry><id>1</id><content type="xhtml">{div}</content></entry>')[0].html == html


def test_cdata_within_cdata_of_a_body_leaves_no_marks() -> None:
    (entry,) = rss(
        "<item><guid>1</guid><description><![CDATA[<p>A <![CDATA[b]]]]><![CDATA[> c</p>]]></description></item>"
    )
    assert entry.html == "<p>A b c</p>"


def test_cdata_within_cdata_leaves_no_marks() -> None:
    (entry,) = rss("<item><guid>1</guid><title><![CDATA[<![CDATA[Twice]]]]><![CDATA[>]]></title></item>")
    assert entry.title == "Twice"


@pytest.mark.parametrize(
    ("elements", "place"),
    [
        ("<georss:point>45.5 -71.25</georss:point>", (45.5, -71.25)),
        ("<geo:lat>45.5</geo:lat><geo:long>-71.25</geo:long>", (45.5, -71.25)),
        (
            "<georss:where><gml:Point><gml:pos>45.5 -71.25</gml:pos></gml:Point></georss:where>",
            (45.5, -71.25),
        ),
        ('<podcast:location geo="geo:45.5,-71.25">Here</podcast:location>', (45.5, -71.25)),
        ("<georss:point>91 0</georss:point>", (None, None)),
    ],
)
def test_where_an_entry_is(elements: str, place: tuple[float, float]) -> None:
    (entry,) = rss(f"<item><guid>1</guid>{elements}</item>")  # prefixes that nobody declared
    assert (entry.latitude, entry.longitude) == place


def test_the_licence_and_the_number_of_comments() -> None:
    (entry,) = rss(
        "<item><guid>1</guid><slash:comments>17</slash:comments>"
        "<creativeCommons:license>https://l.example/by</creativeCommons:license></item>"
    )
    assert (entry.comments, entry.license, entry.extra) == (17, "https://l.example/by", ())


def test_a_licence_of_the_files_is_the_entry_s() -> None:
    (entry,) = rss(
        '<item><guid>1</guid><m:group><m:license href="https://l.example/by">BY</m:license></m:group></item>',
        'xmlns:m="http://search.yahoo.com/mrss/"',
    )
    assert entry.license == "https://l.example/by"
