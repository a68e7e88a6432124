import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.opml import ListedFeed, write_opml
from ingest.follow.opml import MOST_OUTLINES, BadOpml, read_opml

NEWS = ListedFeed("https://news.example/feed")


def opml(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0"><body>{body}</body></opml>'.encode()


def outline(url: str = NEWS.url, attributes: str = "") -> str:
    return f'<outline type="rss" xmlUrl="{url}" {attributes}/>'


def feed(body: str) -> ListedFeed:
    [one] = read_opml(opml(body)).feeds
    return one


def test_a_feed_has_the_address_and_title_of_its_outline() -> None:
    body = outline(
        "https://news.example/feed?a=1&amp;b=2", 'text="News &amp; more" htmlUrl="https://news.example/"'
    )
    assert feed(body) == ListedFeed(
        "https://news.example/feed?a=1&b=2", "News & more", site_url="https://news.example/"
    )


def test_outlines_within_outlines_are_folders() -> None:
    body = f"<outline text='News'><outline title='Science'>{outline()}</outline></outline>"
    assert feed(body).folder == "News/Science"


def test_a_category_is_a_folder_where_there_is_none() -> None:
    assert feed(outline(attributes='category="/News/Science"')).folder == "News/Science"
    inside = outline(attributes='category="News"')
    assert feed(f"<outline text='Mine'>{inside}</outline>").folder == "Mine"


def test_a_folder_without_a_name_is_none() -> None:
    inside = outline(attributes='category="News"')
    assert feed(f"<outline>{inside}</outline>").folder == "News"
    assert feed(f"<outline text='A'><outline>{inside}</outline></outline>").folder == "A"


def test_a_list_that_is_marked_as_one_is_no_feed() -> None:
    result = read_opml(opml(outline() + '<outline xmlUrl="https://a.example/list.opml" type="source"/>'))
    assert result.feeds == (NEWS,)
    assert result.without_feed == 1


def test_a_feed_in_two_folders_is_one_feed() -> None:
    body = f"<outline text='A'>{outline()}</outline><outline text='B'>{outline()}</outline>"
    assert feed(body).url == NEWS.url


@pytest.mark.parametrize(
    ("attributes", "state"),
    [
        ("", "active"),
        ('xmlns:feedsette="x" feedsette:state="paused"', "paused"),
        ('xmlns:feedsette="x" feedsette:state="exploded"', "active"),
    ],
)
def test_the_state_is_in_an_attribute_of_ours(attributes: str, state: str) -> None:
    assert feed(outline(attributes=attributes)).state == state


def test_outlines_without_a_feed_are_counted() -> None:
    body = outline() + '<outline text="A site" htmlUrl="https://a.example/"/>'
    body += '<outline text="A list" type="include" url="https://a.example/list.opml"/>'
    assert read_opml(opml(body)).without_feed == 2


def test_ampersands_and_entities_of_html_are_no_damage() -> None:
    result = read_opml(
        opml(outline("https://news.example/?a=1&b=2&copy=3", 'text="Caf&eacute; & &nope; &LT; &#233;"'))
    )
    assert result.feeds == (ListedFeed("https://news.example/?a=1&b=2&copy=3", "Café & &nope; < é"),)
    assert result.damage is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_list_is_read_in_its_encoding(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    body = outline(attributes='text="Gärten"')
    text = f'<?xml version="1.0" encoding="{name}"?><opml><body>{body}</body></opml>'
    assert read_opml(text.encode(encoding)).feeds[0].title == "Gärten"


def test_of_a_list_that_breaks_off_what_stands_before_is_read() -> None:
    result = read_opml(
        opml(f"<outline text='News'>\n{outline()}\n<outline xmlUrl='https://a.example/feed")[:-20]
    )
    assert result.feeds == (ListedFeed(NEWS.url, folder="News"),)
    assert result.damage and "line 4" in result.damage and "1 of its feeds" in result.damage


@pytest.mark.parametrize(
    ("document", "word"),
    [
        (b"", "not well-formed"),
        (b"hello", "not well-formed"),
        (b"<html><body><p>Home</p></body></html>", "<html>"),
        (b'<rss version="2.0"><channel/></rss>', "<rss>"),
        (opml(""), "xmlUrl"),
        (opml("<outline text='https://news.example/feed'/>"), "xmlUrl"),
        (b'<opml><body><outline text="News"', "not well-formed"),
    ],
)
def test_what_holds_no_feeds_is_refused_with_the_reason(document: bytes, word: str) -> None:
    with pytest.raises(BadOpml, match=word):
        read_opml(document)


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><body>&a;</body></opml>',
        b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml/>',
        opml("<outline text='a'>" * 100_000),
        opml("<outline/>" * (MOST_OUTLINES + 1)),
        opml(outline() * 2000),
        opml("".join(f"<outline text='{number}'>{outline()}</outline>" for number in range(2000))),
        opml(outline(attributes=f'category="{",".join(map(str, range(5000)))}"')),
        opml('<outline text="a" xmlns:g="http://schemas.google.com/GadgetTabML/2008"><g:Tab/></outline>'),
        b" " * 33_000_000,
    ],
    ids=range(9),
)
def test_a_trap_is_refused(document: bytes) -> None:
    with pytest.raises(BadOpml):
        read_opml(document)


def test_a_list_of_thousands_is_read() -> None:
    body = "\n".join(outline(f"https://{number}.example/feed") for number in range(5000))
    assert len(read_opml(opml(body)).feeds) == 5000


def test_a_list_is_written_with_folders_titles_and_states() -> None:
    feeds = [
        ListedFeed("https://a.example/feed", "A & B", "News/Science", "paused", "https://a.example/"),
        ListedFeed("https://b.example/feed", None, "News"),
    ]
    assert write_opml(feeds, "Mine").decode() == (
        """\
<?xml version='1.0' encoding='utf-8'?>
<opml version="2.0" xmlns:feedsette="https://github.com/feedsette/feedsette/opml">
  <head>
    <title>Mine</title>
  </head>
  <body>
    <outline text="News">
      <outline text="Science">
        <outline type="rss" text="A &amp; B" xmlUrl="https://a.example/feed" """
        """htmlUrl="https://a.example/" feedsette:state="paused" />
      </outline>
      <outline type="rss" text="https://b.example/feed" xmlUrl="https://b.example/feed" />
    </outline>
  </body>
</opml>
"""
    )


def test_credentials_are_not_written() -> None:
    assert b"secret" not in write_opml(
        [ListedFeed("https://me:secret@a.example/feed", site_url="//secret@a.example")]
    )


def test_what_xml_cannot_hold_is_left_out() -> None:
    [one] = read_opml(write_opml([ListedFeed(NEWS.url, "a\x00\x1b\ud800\ufffeb", "c\x85")])).feeds
    assert (one.title, one.folder) == ("ab", "c")


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])).map(str.strip)
URLS = st.text(string.ascii_letters + string.digits + "/?&=%.;#'\"<>é").map("https://example.com/".__add__)
FOLDERS = TEXT | st.lists(st.sampled_from(["News", "Science", "a&b", "", " x"])).map("/".join).map(str.strip)


@given(
    st.lists(
        st.builds(
            ListedFeed,
            url=URLS,
            title=TEXT.map(lambda text: text or None),
            folder=FOLDERS.map(lambda text: text or None),
            state=st.sampled_from(["active", "paused", "gone"]),
            site_url=st.none() | URLS,
        ),
        min_size=1,
        unique_by=lambda feed: feed.url,
    )
)
def test_what_is_written_is_read_as_it_was(feeds: list[ListedFeed]) -> None:
    document = write_opml(feeds)
    result = read_opml(document)
    assert result.damage is None
    assert sorted(result.feeds, key=lambda feed: feed.url) == sorted(feeds, key=lambda feed: feed.url)
    assert write_opml(result.feeds) == document


@given(st.binary() | st.text().map(str.encode) | st.text("<>/='\" &;outlinexmrOPML!-[]?").map(opml))
def test_any_bytes_are_a_list_or_refused(document: bytes) -> None:
    try:
        assert read_opml(document).feeds
    except BadOpml as error:
        assert str(error).endswith(".")
