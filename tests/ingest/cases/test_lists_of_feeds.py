"""Lists of feeds (OPML) as other readers write them."""

import pytest

from ingest.base.opml import ListedFeed
from ingest.follow.opml import BadOpml, read_opml

A = ListedFeed("https://a.example/1", "A")
LISTS = [
    ('<opml version="1.1"><body><outline text="A" xmlurl="https://a.example/1"/></body></opml>', A),
    ('<OPML VERSION="1.1"><HEAD/><BODY><OUTLINE TEXT="A" XMLURL="https://a.example/1"/></BODY></OPML>', A),
    ('<opml><body><outline title="A" type="atom" xmlUrl="https://a.example/1"/></body></opml>', A),
    ('<opml><body><outline text="A" type="" xmlUrl=" https://a.example/1\n"/></body></opml>', A),
    ('<opml><body><pref/><foo x="1"/><outline text="A" xmlUrl="https://a.example/1"/></body></opml>', A),
    ('\ufeff<opml><body><outline text="A" xmlUrl="https://a.example/1"/></body></opml>', A),
    (
        '<!DOCTYPE opml SYSTEM "http://x/opml.dtd"><opml><body>'
        '<outline text="A" xmlUrl="https://a.example/1"/></body></opml>',
        A,
    ),
    (
        '<?xml version="1.0" encoding="ISO-8859-1"?><opml><body>'
        '<outline text="Café" xmlUrl="https://a.example/1"/></body></opml>',
        ListedFeed("https://a.example/1", "Café"),
    ),
    (
        '<opml><body><outline text="R&D" type="rss"><outline text="caf&eacute;" xmlUrl="https://a.example/?a=1&b=2"/>'
        "</outline></body></opml>",
        ListedFeed("https://a.example/?a=1&b=2", "café", "R&D"),
    ),
    (
        '<opml xmlns:f="https://reader.example/opml"><body><outline title="News"><outline title="Sea">'
        '<outline title="A"><outline text="A" f:priority="main" xmlUrl="https://a.example/1"/></outline>'
        "</outline></outline></body></opml>",
        ListedFeed("https://a.example/1", "A", "News/Sea/A"),
    ),
    (
        '<opml><body><outline text="A" xmlUrl="https://a.example/1" category="/News/Sea,/Other"/></body></opml>',
        ListedFeed("https://a.example/1", "A", "Other"),
    ),
]


@pytest.mark.parametrize(("document", "feed"), LISTS)
def test_a_list_has_its_feed(document: str, feed: ListedFeed) -> None:
    assert read_opml(document.encode()).feeds == (feed,)


def test_a_feed_may_be_a_folder_too() -> None:
    inside = '<outline text="B" xmlUrl="https://b.example/1"/>'
    document = f'<opml><body><outline text="A" xmlUrl="https://a.example/1">{inside}</outline></body></opml>'
    assert [feed.url for feed in read_opml(document.encode()).feeds] == [
        "https://a.example/1",
        "https://b.example/1",
    ]


def test_addresses_that_no_browser_opens_are_listed_for_add_to_judge() -> None:
    addresses = ["feed:https://a.example/1", "feed://b.example/2", "c.example/3", "newsletter:abc@n.example"]
    outlines = "".join(f'<outline text="x" xmlUrl="{address}"/>' for address in [*addresses, ""])
    feeds = read_opml(f"<opml><body>{outlines}</body></opml>".encode()).feeds
    assert [feed.url for feed in feeds] == addresses


def test_of_a_torn_list_what_stands_before_is_read() -> None:
    torn = read_opml(b'<opml><body><outline text="A" xmlUrl="https://a.example/1"/><outline text="B" xmlUr')
    assert (torn.feeds, bool(torn.damage)) == ((A,), True)


@pytest.mark.parametrize(
    "document",
    [
        '<opml version="2.0"><head/></opml>',
        '<body><outline text="a" xmlUrl="https://a.example/1"/></body>',
        '<opml><body><outline text="a" type="rss" url="https://a.example/1"/></body></opml>',
    ],
)
def test_what_lists_no_feed_is_refused(document: str) -> None:
    with pytest.raises(BadOpml):
        read_opml(document.encode())
