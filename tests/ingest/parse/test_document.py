import contextlib
import csv
import io
import warnings
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.models import Enclosure, Entry, Feed, Hints, Media, NotAFeed
from ingest.parse.document import parse

SHARED = Path(__file__).parents[4] / "shared"
needs_feeds = pytest.mark.skipif(not (SHARED / "feeds").is_dir(), reason="the collected feeds are not here")
needs_bombs = pytest.mark.skipif(
    not (SHARED / "hostile").is_dir(), reason="the hostile documents are not here"
)

NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


def rss(inside: str, head: str = "<link>https://example.org/</link>") -> Feed:
    return parse(f'<rss version="2.0" {NAMESPACES}><channel>{head}{inside}</channel></rss>'.encode())


def rss_entry(inside: str) -> Entry:
    (entry,) = rss(f"<item>{inside}</item>").entries
    return entry


def atom(inside: str, attributes: str = "") -> Feed:
    return parse(f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{inside}</feed>'.encode())


def atom_entry(inside: str, attributes: str = "") -> Entry:
    (entry,) = atom(f"<entry>{inside}</entry>", attributes).entries
    return entry


def rdf(inside: str) -> Feed:
    return parse(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{inside}</rdf:RDF>'.encode()
    )


def test_rss_says_much_of_the_feed() -> None:
    head = (
        "<title>A &amp;amp; B</title><link>https://example.org/</link><description>Words.</description>"
        '<atom:link rel="self" href="https://example.org/rss"/><atom:link rel="hub" href="https://hub.example.org/"/>'
        "<language>en-us</language><generator>Pen</generator><image><url>https://example.org/i.png</url></image>"
    )
    assert rss("", head) == Feed(
        format="rss2.0",
        url="https://example.org/rss",
        title="A &amp; B",
        site_url="https://example.org/",
        description="Words.",
        icon_url="https://example.org/i.png",
        language="en-US",
        generator="Pen",
        hub_url="https://hub.example.org/",
        extra=({"generator": "Pen"},),
    )


def test_an_rss_entry_has_all_that_the_format_knows() -> None:
    assert rss_entry(
        "<title>One</title><link>https://example.org/1</link><guid isPermaLink='false'>g1</guid>"
        "<description>Short.</description><content:encoded>&lt;p&gt;Long.&lt;/p&gt;</content:encoded>"
        "<dc:creator>Ada</dc:creator><dc:creator>Bob</dc:creator><category>x</category><category>y</category>"
        "<pubDate>Thu, 30 Jan 2025 14:52:09 +0100</pubDate><comments>https://example.org/1#c</comments>"
        "<enclosure url='https://example.org/1.mp3' type='audio/mpeg' length='99'/>"
        "<dc:language>de</dc:language><media:thumbnail url='https://example.org/1.jpg'/>"
    ) == Entry(
        guid="g1",
        url="https://example.org/1",
        title="One",
        html="<p>Long.</p>",
        summary="Short.",
        authors=("Ada", "Bob"),
        tags=("x", "y"),
        enclosures=(Enclosure("https://example.org/1.mp3", "audio/mpeg", 99),),
        media=(
            Media("audio", "https://example.org/1.mp3", "audio/mpeg", 99),
            Media("image", "https://example.org/1.jpg"),
        ),
        published="2025-01-30T13:52:09Z",
        comments_url="https://example.org/1#c",
        image_url="https://example.org/1.jpg",
        language="de",
    )


def test_an_atom_entry_has_all_that_the_format_knows() -> None:
    assert atom_entry(
        "<id>tag:1</id><title>One</title><link href='/1'/><link rel='replies' type='text/html' href='/1#c'/>"
        "<summary>Short.</summary><content type='html'>&lt;p&gt;Long.&lt;/p&gt;</content>"
        "<author><name>Ada</name></author><author><name>Bob</name></author>"
        "<category term='x' label='The X'/><category term='y'/>"
        "<published>2025-01-30T13:52:09Z</published><updated>2025-02-01T00:00:00+02:00</updated>"
        "<link rel='enclosure' href='/1.mp3' type='audio/mpeg' length='99'/>",
        "xml:lang='en' xml:base='https://example.org/blog/'",
    ) == Entry(
        guid="tag:1",
        url="https://example.org/1",
        title="One",
        html="<p>Long.</p>",
        summary="<p>Short.</p>",
        authors=("Ada", "Bob"),
        tags=("The X", "y"),
        enclosures=(Enclosure("https://example.org/1.mp3", "audio/mpeg", 99),),
        media=(Media("audio", "https://example.org/1.mp3", "audio/mpeg", 99),),
        published="2025-01-30T13:52:09Z",
        updated="2025-01-31T22:00:00Z",
        comments_url="https://example.org/1#c",
        language="en",
        base="https://example.org/blog/",
        extra=({"atom:category": {"@term": "x", "@label": "The X"}},),
    )


def test_rss_1_0_is_rdf_whose_date_is_that_of_publication() -> None:
    feed = rdf(
        "<channel><title>T</title><link>https://example.org/</link></channel>"
        "<item rdf:about='https://example.org/1'><title>One</title><link>https://example.org/1</link>"
        "<dc:date>2005-03-01T10:00:00+09:00</dc:date><dc:creator>Ada</dc:creator></item>"
    )
    assert feed.format == "rdf"
    assert feed.entries[0].guid == "https://example.org/1"
    assert (feed.entries[0].published, feed.entries[0].updated) == ("2005-03-01T01:00:00Z", None)


def test_atom_0_3_is_read() -> None:
    feed = parse(
        b'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry><id>1</id><title>One</title>'
        b"<issued>2004-01-02T03:04:05Z</issued><modified>2004-02-02T03:04:05Z</modified>"
        b'<content type="text/html" mode="escaped">&lt;p&gt;Hello&lt;/p&gt;</content></entry></feed>'
    )
    (entry,) = feed.entries
    assert (feed.format, entry.html) == ("atom0.3", "<p>Hello</p>")
    assert (entry.published, entry.updated) == ("2004-01-02T03:04:05Z", "2004-02-02T03:04:05Z")


def test_an_edit_s_date_is_not_taken_for_the_date_of_publication() -> None:
    entry = atom_entry("<id>1</id><updated>2025-01-30T13:52:09Z</updated>")
    assert (entry.published, entry.updated) == (None, "2025-01-30T13:52:09Z")


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("2020/1/10 14:03:00", "2020-01-10T14:03:00Z"),
        ("2025.01.06", "2025-01-06T00:00:00Z"),
        ("2025年1月6日", "2025-01-06T00:00:00Z"),
        ("2025-01-06 10:00:00 UTC", "2025-01-06T10:00:00Z"),
        ("2025-01-06T10:00:00.5-0230", "2025-01-06T12:30:00Z"),
        ("20250106", "2025-01-06T00:00:00Z"),
    ],
)
def test_a_date_in_numbers_is_read_whole(date: str, published: str) -> None:
    assert rss_entry(f"<guid>1</guid><pubDate>{date}</pubDate>").published == published


@pytest.mark.parametrize("date", ["--01", "99", "-25", "25-01-06"])
def test_no_part_of_a_date_comes_from_the_clock(date: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.gmtime", lambda *_: pytest.fail("the clock was asked"))
    assert rss_entry(f"<guid>1</guid><pubDate>{date}</pubDate>").published is None


@pytest.mark.parametrize(
    "date",
    [
        "",
        "soon",
        "31 Feb 2025",
        "2025-13-06",
        "2025-01-06T25:00:00Z",
        "0001-01-01T00:00:00Z",
        "99999999999999999999",
    ],
)
def test_a_date_that_cannot_be_read_is_none(date: str) -> None:
    assert rss_entry(f"<guid>1</guid><pubDate>{date}</pubDate>").published is None


@pytest.mark.parametrize(
    ("date", "words"),
    [("2 days ago", "2 days ago"), ("31 Feb 2025", "31 Feb 2025"), ("6 Jan 2025", None), ("", None)],
)
def test_a_date_that_cannot_be_read_keeps_its_words(date: str, words: str | None) -> None:
    assert rss_entry(f"<guid>1</guid><pubDate>{date}</pubDate>").published_text == words


def test_the_other_dates_of_a_document_tell_the_order_of_a_date() -> None:
    dates = "".join(f"<item><pubDate>{date}</pubDate></item>" for date in ("06/01/2025", "17/01/2025"))
    feed = parse(f"<rss version='2.0'><channel><title>t</title>{dates}</channel></rss>".encode())
    assert feed.date_order == "dmy"
    assert [entry.published for entry in feed.entries] == ["2025-01-06T00:00:00Z", "2025-01-17T00:00:00Z"]


@pytest.mark.parametrize(
    "dates",
    [
        "<pubDate>Mon, 06 Jan 2025 10:00:00 GMT</pubDate>",
        "<lastBuildDate>Mon, 06 Jan 2025 10:00:00 GMT</lastBuildDate>",
        "<pubDate>1 Jan 2005</pubDate><lastBuildDate>Mon, 06 Jan 2025 10:00:00 GMT</lastBuildDate>",
    ],
)
def test_a_document_may_have_a_date_of_its_own(dates: str) -> None:
    feed = parse(f"<rss version='2.0'><channel><title>t</title>{dates}</channel></rss>".encode())
    assert feed.updated == "2025-01-06T10:00:00Z"


@pytest.mark.parametrize(
    ("format", "date"),
    [
        ("RFC 822 with a zone's name", "Thu, 30 Jan 2025 08:52:09 EST"),
        ("without seconds", "Thu, 30 Jan 2025 13:52 GMT"),
        ("W3C", "2025-01-30T13:52:09.123Z"),
        ("with an offset", "2025-01-30T19:22:09+05:30"),
    ],
)
def test_dates_of_many_forms_are_in_utc(format: str, date: str) -> None:
    assert (rss_entry(f"<pubDate>{date}</pubDate>").published or "").startswith("2025-01-30T13:52")


def test_a_title_of_atom_s_is_markup_only_where_it_says_so() -> None:
    assert atom_entry("<title>a &lt;b&gt; c</title>").title == "a &lt;b&gt; c"
    assert atom_entry("<title type='html'>a &lt;b&gt;c&lt;/b&gt;</title>").title == "a <b>c</b>"


def test_a_description_of_rss_is_html_even_without_end_tags() -> None:
    assert rss_entry("<description>one&lt;br&gt;two</description>").html == "one<br>two"


def test_a_description_without_tags_keeps_its_lines() -> None:
    assert (
        rss_entry("<description>one\ntwo\n\nthree</description>").html == "<p>one<br>\ntwo</p>\n<p>three</p>"
    )


def test_xhtml_content_is_html() -> None:
    entry = atom_entry(
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &amp; <em>b</em></p></div></content>'
    )
    assert entry.html == "<p>a &amp; <em>b</em></p>"


def test_of_several_contents_the_fullest_is_taken() -> None:
    entry = atom_entry(
        '<content type="text">A plain text, however long it may be.</content>'
        '<content type="html">&lt;p&gt;short&lt;/p&gt;</content>'
        '<content type="html">&lt;p&gt;the longer one&lt;/p&gt;</content>'
    )
    assert entry.html == "<p>A plain text, however long it may be.</p>"


def test_plain_text_has_no_summary_in_which_its_brackets_would_be_tags() -> None:
    entry = atom_entry('<content type="text">Use vector&lt;int&gt; or &lt;b&gt; tags</content>')
    assert (entry.html, entry.summary) == ("<p>Use vector&lt;int&gt; or &lt;b&gt; tags</p>", "")


def test_content_that_is_no_text_is_passed_over() -> None:
    entry = atom_entry('<content type="image/png">iVBORw0KGgo=</content><summary>A picture.</summary>')
    assert entry.html == "<p>A picture.</p>"


def test_the_base_is_the_one_that_holds_for_the_body() -> None:
    entry = atom_entry(
        '<content type="html" xml:base="2025/">&lt;a href="x"&gt;x&lt;/a&gt;</content>',
        'xml:base="https://example.org/blog/"',
    )
    assert entry.base == "https://example.org/blog/2025/"


@pytest.mark.parametrize("of_content", ["", ' xml:base="2025/"'])
def test_the_base_of_xhtml_s_outermost_div_is_that_of_the_body(of_content: str) -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml" xml:base="05/"><a href="x">x</a></div>'
    entry = atom_entry(
        f'<content type="xhtml"{of_content}>{div}</content>', 'xml:base="https://example.org/blog/"'
    )
    assert entry.base == f"https://example.org/blog/{'2025/' if of_content else ''}05/"
    assert entry.html == '<a href="x">x</a>'


def test_an_atom_entry_without_authors_has_those_of_the_feed() -> None:
    feed = atom("<author><name>Ada</name></author><entry><id>1</id></entry>")
    assert feed.entries[0].authors == ("Ada",)


def test_an_author_of_rss_is_a_name_rather_than_an_address() -> None:
    assert rss_entry("<author>ada@example.org (Ada Lovelace)</author>").authors == ("Ada Lovelace",)


def test_a_length_of_zero_is_not_known() -> None:
    assert rss_entry("<enclosure url='https://e.org/a.mp3' type='audio/mpeg' length='0'/>").enclosures == (
        Enclosure("https://e.org/a.mp3", "audio/mpeg", None),
    )


def test_a_film_of_media_rss_is_an_enclosure_and_a_picture_is_the_image() -> None:
    entry = rss_entry(
        "<media:content url='https://e.org/v.mp4' medium='video' type='video/mp4' fileSize='5'/>"
        "<media:content url='https://e.org/p.jpg' medium='image'/>"
    )
    assert entry.enclosures == (Enclosure("https://e.org/v.mp4", "video/mp4", 5),)
    assert entry.image_url == "https://e.org/p.jpg"


def test_how_often_to_poll_is_read() -> None:
    head = (
        "<title>T</title><ttl>60</ttl><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
        "<skipHours><hour>0</hour><hour>23</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    )
    assert rss("", head).hints == Hints(3600, 43200, (0, 23), ("Sunday",))


def test_an_entry_without_a_guid_is_its_link() -> None:
    assert rss_entry("<link>https://example.org/1</link>").guid == "https://example.org/1"


@pytest.mark.parametrize("guid", ["ep-0001", "/2025/1", "urn:uuid:1"])
def test_a_guid_that_is_no_address_makes_none(guid: str) -> None:
    feed = rss(f"<link>https://e.example/</link><item><guid>{guid}</guid></item>")
    assert (feed.entries[0].guid, feed.entries[0].url) == (guid, None)


def test_an_id_is_what_the_feed_says_whatever_its_base() -> None:
    entry = atom_entry("<id>2</id>", 'xml:base="https://e.example/x/"')
    assert (entry.guid, entry.url) == ("2", None)


def test_an_entry_of_very_many_tags_has_the_first_of_them() -> None:
    many = "".join(f"<category>c{number}</category>" for number in range(20_000))
    assert rss_entry(f"<guid>1</guid>{many}").tags[:2] == ("c0", "c1")


@pytest.mark.parametrize(("begin", "kept"), [("<![CDATA[", "one two"), ("<!--", "")])
def test_a_passage_without_an_end_costs_no_other_entry_and_is_said(begin: str, kept: str) -> None:
    torn = f"<item><guid>1</guid><description>{begin}one two</description></item>"
    feed = rss(f"{torn}<item><guid>2</guid></item>")
    assert [(entry.guid, entry.html) for entry in feed.entries] == [("1", kept), ("2", "")]
    assert feed.damage and "has no end" in feed.damage


def test_tags_that_do_not_match_are_said() -> None:
    feed = rss("<item><guid>1</guid><title>One</titel><description>A body</description></item>")
    assert feed.damage and "mismatched tag" in feed.damage


def test_a_prefix_that_is_not_declared_is_no_damage() -> None:
    assert rss("<item><guid>1</guid><x:y>z</x:y><title>A</title></item>").damage is None


def test_an_entry_with_neither_is_its_title_and_date() -> None:
    one, edited, another = (
        rss_entry(
            f"<title>{title}</title><pubDate>Thu, 30 Jan 2025 13:52:09 GMT</pubDate><description>{text}</description>"
        )
        for title, text in (("One", "a"), ("One", "b"), ("Two", "a"))
    )
    assert one.guid == edited.guid != another.guid


def test_a_guid_that_is_a_permalink_is_the_address_too() -> None:
    assert rss_entry("<guid>https://example.org/1</guid>").url == "https://example.org/1"


def test_relative_addresses_are_resolved_against_the_site() -> None:
    entry = rss_entry("<link>/1</link><comments>1#c</comments><enclosure url='a.mp3' type='audio/mpeg'/>")
    assert entry.url == "https://example.org/1"
    assert entry.comments_url == "https://example.org/1#c"
    assert entry.enclosures[0].url == "https://example.org/a.mp3"


def test_the_damage_of_a_torn_document_is_said() -> None:
    torn = parse(b"<rss version='2.0'><channel><item><guid>1</guid></item><item><guid>2</gu")
    assert [entry.guid for entry in torn.entries] == ["1"]
    assert "in the middle of an entry. What stands before that was kept: 1 entry." in (torn.damage or "")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!DOCTYPE html><html><head><title>Log in</title></head></html>", "HTML page"),
        (b"<p>Hello", "piece of HTML"),
        (b"<opml><body/></opml>", "OPML"),
        (b"<urlset/>", "site map"),
        (b"<svg/>", "<svg>"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (b"Hello there.", "text"),
        (b"[1, 2]", "JSON"),
        (b"<rss>hello</rss>", "none of the elements"),
    ],
)
def test_what_is_no_feed_is_told_what_it_is(body: bytes, why: str) -> None:
    with pytest.raises(NotAFeed, match=why):
        parse(body)


def test_names_that_feedparser_gives_a_meaning_do_no_harm() -> None:
    names = (
        "links",
        "authors",
        "tags",
        "image",
        "title_detail",
        "published_parsed",
        "media_content",
        "content",
    )
    for form in ("<{0}>x</{0}>", "<{0} a='b'/>"):
        body = "".join(form.format(name) for name in names)
        try:
            parse(
                f"<rss version='2.0'><channel>{body}<item>{body}<guid>1</guid></item></channel></rss>".encode()
            )
        except NotAFeed as error:
            assert "cannot make sense" in str(error)


def test_an_author_of_a_million_letters_takes_no_time() -> None:
    assert len(rss_entry(f"<author>{'a.' * 500_000}</author><guid>1</guid>").authors) == 1


@given(st.binary())
def test_any_bytes_are_a_feed_or_none(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        parse(body)


TAGS = st.sampled_from(
    [
        "item",
        "title",
        "link",
        "guid",
        "description",
        "author",
        "dc:creator",
        "category",
        "pubDate",
        "enclosure",
        "content:encoded",
        "media:content",
        "itunes:duration",
        "source",
        "image",
        "textInput",
        "cloud",
        "skipHours",
        "hour",
    ]
)
PIECES = st.one_of(
    TAGS.map(lambda tag: f"<{tag}>"),
    TAGS.map(lambda tag: f"</{tag}>"),
    TAGS.map(lambda tag: f'<{tag} url="x" href="y" type="z" length="-1" xml:base="http://["/>'),
    st.sampled_from(["<![CDATA[", "]]>", "&", "&#x26;", "<", "<!--", "-->", "http://[", "mailto:a@b"]),
    st.text(max_size=5),
)


@given(st.lists(PIECES, max_size=30))
def test_any_heap_of_elements_is_read_or_refused(pieces: list[str]) -> None:
    with contextlib.suppress(NotAFeed):
        rss("".join(pieces))


def collected() -> Iterator[Path]:
    return (
        path for path in sorted((SHARED / "feeds").rglob("*")) if path.is_file() and path.suffix != ".tsv"
    )


@needs_feeds
def test_every_collected_document_has_the_entries_that_feedparser_finds() -> None:
    differences = {}
    for path in collected():
        body = path.read_bytes()
        with warnings.catch_warnings(action="ignore"):
            theirs = len(
                feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries
            )
        try:
            ours = parse(body)
        except NotAFeed:
            if theirs:
                differences[path.name] = (None, theirs)
            continue
        if not ours.format.startswith("json") and len(ours.entries) != theirs:
            differences[path.name] = (len(ours.entries), theirs)
    assert differences == {"illegally-nested.xml": (10, 20)}  # each item has an empty <item/> in it


@needs_feeds
def test_every_json_feed_has_the_entries_that_its_index_says() -> None:
    with (SHARED / "feeds" / "collected" / "INDEX.tsv").open(encoding="utf-8") as index:
        rows = [row for row in csv.DictReader(index, delimiter="\t") if row["format"].startswith("json")]
    assert rows
    for row in rows:
        body = (SHARED / "feeds" / "collected" / row["file"]).read_bytes()
        assert len(parse(body).entries) == int(row["entries"]), row["file"]


@needs_bombs
@pytest.mark.parametrize("wrap", [False, True], ids=["as it is", "within a feed"])
def test_each_bomb_is_refused(wrap: bool) -> None:
    for name in ("xmlbomb", "quadratic", "cyclic", "external", "external_file"):
        body = (SHARED / "hostile" / "defusedxml" / f"{name}.xml").read_text()
        if wrap:
            root = body[body.rindex("</") + 2 :].split(">")[0]
            body = body.replace(f"<{root}>", "<rss version='2.0'><channel><title>").replace(
                f"</{root}>", "</title></channel></rss>"
            )
        with pytest.raises(NotAFeed):
            parse(body.encode())


def test_an_enclosure_is_seen_from_the_base_of_its_entry() -> None:
    feed = parse(
        b"<rss version='2.0'><channel xml:base='http://base.example/d/'><link>http://e.example/</link>"
        b"<item><enclosure url='a.mp3' type='audio/mpeg'/><description>&lt;p&gt;x&lt;/p&gt;</description></item>"
        b"</channel></rss>"
    )
    assert feed.entries[0].enclosures[0].url == "http://base.example/d/a.mp3"


def test_the_image_of_rss_1_0_stands_beside_the_channel() -> None:
    feed = rdf(
        "<channel><title>T</title><link>https://example.org/</link></channel>"
        "<image rdf:about='https://example.org/i.png'><title>T</title><url>https://example.org/i.png</url></image>"
    )
    assert feed.icon_url == "https://example.org/i.png"


def test_an_id_of_atom_is_no_address_and_content_elsewhere_is() -> None:
    assert atom_entry("<id>1</id>").url is None
    assert atom_entry("<id>1</id><content src='http://a.example/full'/>").url == "http://a.example/full"


def test_elements_within_one_another_without_end_are_refused() -> None:
    with pytest.raises(NotAFeed, match="nested"):
        rss("<a>" * 5000)
