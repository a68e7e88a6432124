"""Atom as it is written: all that the format knows, and odd prefixes, namespaces, bases and places of elements."""

from html import escape

import pytest

from ingest.base.models import Credit, Enclosure, Entry, Media, Source
from ingest.clean.feed import clean
from ingest.parse.document import parse

ATOM = "http://www.w3.org/2005/Atom"

WHOLE = f"""<feed xmlns="{ATOM}" xmlns:t="http://purl.org/syndication/thread/1.0"
 xmlns:g="http://www.georss.org/georss"><id>urn:feed</id><title>Notes</title><rights>Of the feed</rights>
<author><name>Admin</name></author><entry><id>urn:1</id><title>Whole</title>
<published>2025-02-01T00:00:00Z</published><updated>2025-02-02T00:00:00Z</updated>
<link type="application/json" href="https://n.example/1.json"/><link hreflang="fr" href="https://n.example/1.fr"/>
<link href="https://n.example/1"/><link rel="via" href="https://via.example/"/>
<link rel="related" href="https://related.example/" title="Story"/>
<link rel="license" href="https://cc.example/by"/>
<link rel="enclosure" href="https://n.example/a.pdf" type="application/pdf" length="10" title="Slides"/>
<link rel="replies" type="text/html" href="https://n.example/1#replies" t:count="5"/>
<t:in-reply-to ref="urn:0"/><author><name>Ann</name><uri>https://ann.example/</uri></author>
<author><name>Bob</name></author><contributor><name>Con</name></contributor>
<category term="tide" scheme="https://n.example/s" label="Tides"/><rights>All of us</rights>
<g:point>45.25 -71.5</g:point>
<summary>A teaser, which is not in the content.</summary><content type="html">&lt;p&gt;Body.&lt;/p&gt;</content>
</entry></feed>"""


def test_all_that_an_entry_says_has_its_place() -> None:
    (entry,) = parse(WHOLE.encode()).entries
    assert entry == Entry(
        guid="urn:1",
        url="https://n.example/1",
        title="Whole",
        html="<p>Body.</p>",
        summary="<p>A teaser, which is not in the content.</p>",
        authors=("Ann", "Bob"),
        tags=("Tides",),
        enclosures=(Enclosure("https://n.example/a.pdf", "application/pdf", 10),),
        published="2025-02-01T00:00:00Z",
        updated="2025-02-02T00:00:00Z",
        comments_url="https://n.example/1#replies",
        media=(Media("file", "https://n.example/a.pdf", "application/pdf", 10, title="Slides"),),
        credits=(Credit("Con", "contributor"),),
        license="https://cc.example/by",
        comments=5,
        latitude=45.25,
        longitude=-71.5,
        extra=(
            {"atom:link": {"@type": "application/json", "@href": "https://n.example/1.json"}},
            {"atom:link": {"@hreflang": "fr", "@href": "https://n.example/1.fr"}},
            {"atom:link": {"@rel": "via", "@href": "https://via.example/"}},
            {"atom:link": {"@rel": "related", "@href": "https://related.example/", "@title": "Story"}},
            {"thr:in-reply-to": {"@ref": "urn:0"}},
            {"atom:author": {"#": [{"atom:name": "Ann"}, {"atom:uri": "https://ann.example/"}]}},
            {"atom:category": {"@term": "tide", "@scheme": "https://n.example/s", "@label": "Tides"}},
            {"atom:rights": "All of us"},
        ),
    )


SHORT = (
    f'<feed xmlns="{ATOM}"><title>T</title><link href="https://n.example/"/><entry><id>urn:1</id>'
    '<title type="html">A &lt;b&gt;B&lt;/b&gt;</title><link rel="alternate" href="https://n.example/1"/>'
    '<author><name>Ann</name></author><content type="html">&lt;p&gt;x&lt;/p&gt;</content></entry></feed>'
)


@pytest.mark.parametrize(
    "document",
    [
        SHORT,
        SHORT.replace("http://", "https://", 1),
        SHORT.replace(ATOM, f"{ATOM}/"),
        SHORT.replace(ATOM, "http://purl.org/atom/ns#"),
        SHORT.replace(f' xmlns="{ATOM}"', ""),
        SHORT.replace("</", "\0").replace("<", "<a:").replace("\0", "</a:").replace("xmlns=", "xmlns:a="),
        SHORT.replace("<entry>", f'<entry xmlns:n="{ATOM}">')
        .replace(" type=", " n:type=")
        .replace(" rel=", " n:rel="),
        SHORT.replace("<title>T", "<channel><title>T").replace("</feed>", "</channel></feed>"),
        f"<!DOCTYPE feed><?xml-stylesheet href='s.xsl'?>{SHORT}",
    ],
)
def test_prefixes_and_spellings_of_the_namespace_make_no_difference(document: str) -> None:
    feed = parse(document.encode())
    assert (feed.title, feed.site_url) == ("T", "https://n.example/")
    (entry,) = feed.entries
    assert (entry.title, entry.url) == ("A <b>B</b>", "https://n.example/1")
    assert (entry.authors, entry.html) == (("Ann",), "<p>x</p>")


def test_an_address_is_relative_to_the_base_that_stands_nearest() -> None:
    document = (
        f'<feed xmlns="{ATOM}" xml:base="https://n.example/notes/"><link href="./"/>'
        '<entry xml:base="2025/02/"><id>1</id><link href="ebb"/>'
        '<content type="xhtml" xml:base="ebb/"><div xmlns="http://www.w3.org/1999/xhtml"><img src="a.png"/></div>'
        '</content></entry><entry><id>2</id><link href="flood/"/><summary>Flood</summary></entry></feed>'
    )
    feed = parse(document.encode())
    assert feed.site_url == "https://n.example/notes/"
    ebb, flood = feed.entries
    assert (ebb.url, ebb.base) == (
        "https://n.example/notes/2025/02/ebb",
        "https://n.example/notes/2025/02/ebb/",
    )
    assert (flood.url, flood.html) == ("https://n.example/notes/flood/", "<p>Flood</p>")


@pytest.mark.parametrize(
    ("source", "authors"),
    [
        ("<source>SAID<author><name>Cy</name></author></source>", ("Cy",)),
        ("<source>SAID</source>", ("Admin",)),
        ("<source>SAID<author><name>Cy</name></author></source><author><name>Dee</name></author>", ("Dee",)),
        ("<author><name>Dee</name></author><source>SAID<author><name>Cy</name></author></source>", ("Dee",)),
    ],
)
def test_an_entry_of_a_planet_is_by_its_author_or_else_its_source_s(source: str, authors: tuple[str]) -> None:
    said = '<id>urn:s</id><title>Source</title><updated>2020-01-01T00:00:00Z</updated><link href="https://s.example/"/>'
    (entry,) = parse(
        f'<feed xmlns="{ATOM}"><author><name>Admin</name></author><entry>{source.replace("SAID", said)}<id>urn:1</id>'
        "<title>Entry</title><updated>2025-01-01T00:00:00Z</updated></entry></feed>".encode()
    ).entries
    assert (entry.guid, entry.title, entry.updated, entry.url) == (
        "urn:1",
        "Entry",
        "2025-01-01T00:00:00Z",
        None,
    )
    assert (entry.authors, entry.source) == (authors, Source("Source", "https://s.example/"))


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ('<link href="/1"/><link rel="self" href="/1.atom"/>', "https://n.example/1"),
        ('<link type="text/html" href="/1"/><link hreflang="de" href="/de/1"/>', "https://n.example/1"),
        ('<link hreflang="de" href="/de/1"/><link hreflang="en" href="/en/1"/>', "https://n.example/de/1"),
        ('<link rel="self" href="/1.atom"/><link rel="via" href="https://via.example/1"/>', None),
        ('<content type="image/png" src="/1.png"/>', "https://n.example/1.png"),
    ],
)
def test_of_several_links_the_page_is_the_address(links: str, url: str | None) -> None:
    document = (
        f'<feed xmlns="{ATOM}"><link href="https://n.example/"/><entry><id>urn:1</id>{links}</entry></feed>'
    )
    assert parse(document.encode()).entries[0].url == url


@pytest.mark.parametrize(
    ("title", "html"),
    [
        ('type="html">&lt;b&gt;A&lt;/b&gt; &amp;amp; B', "<b>A</b> &amp; B"),
        (">A &amp;amp; &lt;col&gt;", "A &amp;amp; &lt;col&gt;"),
        (
            'type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>b</b> &lt;c&gt;</div>',
            "A <b>b</b> &lt;c&gt;",
        ),
        ('type="xhtml">No div', "No div"),
        ('type="text/html">Vec&amp;lt;T&amp;gt;', "Vec&lt;T&gt;"),
        ("/>", ""),
    ],
)
def test_titles_are_what_their_type_says(title: str, html: str) -> None:
    written = f"<title {title}" if title.endswith("/>") else f"<title {title}</title>"
    document = f'<feed xmlns="{ATOM}"><entry><id>1</id>{written}</entry></feed>'
    assert parse(document.replace("<title >", "<title>").encode()).entries[0].title == html


def test_a_post_of_a_forum_has_its_text_and_its_picture_in_a_table() -> None:
    content = (
        '<table> <tr><td> <a href="/r/1/"> <img src="https://t.example/1.jpg" alt="T" /> </a> </td><td>'
        ' <!-- SC_OFF --><div class="md"><p>Tides &lt;3</p></div><!-- SC_ON --> &#32; submitted by &#32;'
        ' <a href="/user/ann"> /u/ann </a> <br/> <span><a href="/r/1/">[comments]</a></span> </td></tr></table>'
    )
    document = (
        f'<feed xmlns="{ATOM}" xmlns:media="http://search.yahoo.com/mrss/"><link href="https://f.example/"/><entry>'
        f"<author><name>/u/ann</name></author><content type='html'>{escape(content)}</content><id>t3_1</id>"
        '<media:thumbnail url="https://t.example/1.jpg"/><link href="/r/1/"/><title>T</title></entry></feed>'
    )
    (entry,) = clean(parse(document.encode())).entries
    assert entry.text == "T\nTides <3\nsubmitted by /u/ann\n[comments]"
    assert (entry.url, entry.image_url) == ("https://f.example/r/1/", "https://t.example/1.jpg")
    assert [link.url for link in entry.links] == ["https://f.example/r/1/", "https://f.example/user/ann"]
