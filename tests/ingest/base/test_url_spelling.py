import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.http_url import BadAddress
from ingest.base.url_spelling import (
    entered,
    known_feeds,
    looks_like_feed,
    normal,
    over_http,
    without_credentials,
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("example.com", "https://example.com"),
        (" example.com/feed ", "https://example.com/feed"),
        ("localhost:8000/feed", "https://localhost:8000/feed"),
        ("//example.com/feed", "https://example.com/feed"),
        ("feed://example.com/feed", "https://example.com/feed"),
        ("feed:http://example.com/feed", "http://example.com/feed"),
        ("FEED:example.com/feed", "https://example.com/feed"),
        ("itpc://example.com/cast", "https://example.com/cast"),
        ("pcast://example.com/cast", "https://example.com/cast"),
        ("http://example.com/feed#top", "http://example.com/feed"),
    ],
)
def test_what_someone_enters_is_taken_for_a_web_address(text: str, meant: str) -> None:
    assert entered(text) == (meant, None)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("example.com/feed", "http://example.com/feed"),
        ("feed://example.com/feed", "http://example.com/feed"),
        ("https://example.com/feed", None),
        ("feed:https://example.com/feed", None),
    ],
)
def test_what_names_no_scheme_may_mean_http_as_well(text: str, meant: str | None) -> None:
    assert over_http(text) == meant


def test_credentials_are_split_off() -> None:
    assert entered("https://me:secret@example.com/feed") == ("https://example.com/feed", ("me", "secret"))


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://me:secret@Example.com/feed", "https://Example.com/feed"),
        ("feed:http://token@example.com", "feed:http://example.com"),
        ("//me:s@cret@example.com/@me", "//example.com/@me"),
        ("https://example.com/@me?to=me@example.com", "https://example.com/@me?to=me@example.com"),
        ("me@example.com", "me@example.com"),
    ],
)
def test_credentials_are_taken_out_and_nothing_else(url: str, bare: str) -> None:
    assert without_credentials(url) == bare


@pytest.mark.parametrize(
    "text", ["", "feed:", "mailto:me@example.com", "ftp://example.com/", "not an address"]
)
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        entered(text)


@pytest.mark.parametrize(
    "spelling",
    [
        "https://bücher.example/my%20feed",
        "http://bücher.example/my feed",
        "feed://BÜCHER.example/my%20feed",
        "HTTPS://xn--bcher-kva.example:443/my%20feed",
        "http://XN--BCHER-KVA.example.:80/m%79%20feed/",
        "https://me:secret@bücher.example/./a/../my%20feed#top",
        "bücher.example/my%20feed?",
    ],
)
def test_spellings_of_one_address_are_the_same(spelling: str) -> None:
    assert normal(spelling) == "https://xn--bcher-kva.example/my%20feed"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/feed", "https://example.com/Feed"),
        ("https://example.com/feed", "https://example.com/feed?page=2"),
        ("https://example.com/feed", "https://www.example.com/feed"),
        ("https://example.com/feed", "https://example.com:8443/feed"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
    ],
)
def test_addresses_that_may_be_two_feeds_stay_two(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_an_ipv6_address_keeps_its_brackets() -> None:
    assert normal("http://[2001:DB8::1]:8080/feed/") == "https://[2001:db8::1]:8080/feed"


@given(
    st.text()
    | st.from_regex(r"https?://[a-z]{1,9}\.example(:\d{1,4})?[/a-z%.?#&=0-9é]{0,20}", fullmatch=True)
)
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    try:
        once = normal(text)
    except BadAddress:
        return
    assert normal(once) == once


CHANNEL = "UC" + "a1_-" * 5 + "bc"


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        (
            f"youtube.com/channel/{CHANNEL}/videos",
            [f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"],
        ),
        ("https://m.youtube.com/user/someone", ["https://www.youtube.com/feeds/videos.xml?user=someone"]),
        (
            "https://www.youtube.com/playlist?list=PL0123456789abc",
            ["https://www.youtube.com/feeds/videos.xml?playlist_id=PL0123456789abc"],
        ),
        ("https://www.youtube.com/@someone", []),
        ("https://www.youtube.com/watch?v=0123456789a", []),
        ("https://www.reddit.com/", ["https://www.reddit.com/.rss"]),
        ("https://old.reddit.com/r/python/new/?sort=top", ["https://www.reddit.com/r/python/new/.rss"]),
        ("https://reddit.com/u/someone", ["https://www.reddit.com/u/someone/.rss"]),
        ("https://github.com/someone", ["https://github.com/someone.atom"]),
        (
            "https://github.com/someone/thing.git",
            [f"https://github.com/someone/thing/{kind}.atom" for kind in ("releases", "commits", "tags")],
        ),
        (
            "https://github.com/someone/thing/releases/latest",
            ["https://github.com/someone/thing/releases.atom"],
        ),
        (
            "https://github.com/someone/thing/tree/dev/src",
            ["https://github.com/someone/thing/commits/dev.atom"],
        ),
        ("https://github.com/someone/thing/commits", ["https://github.com/someone/thing/commits.atom"]),
        (
            "https://github.com/someone/thing/commits/dev/src",
            ["https://github.com/someone/thing/commits/dev/src.atom"],
        ),
        ("https://github.com/topics/python", []),
        ("https://mastodon.example/@someone", ["https://mastodon.example/@someone.rss"]),
        ("https://mastodon.example:8443/@someone/1234?x", ["https://mastodon.example:8443/@someone.rss"]),
        ("https://mastodon.example/@someone@other.example", []),
        ("https://someone.substack.com/p/a-post", ["https://someone.substack.com/feed"]),
        ("https://open.substack.com/pub/someone/p/a-post", ["https://someone.substack.com/feed"]),
        ("https://substack.com/@someone", []),
        ("https://medium.com/@someone/a-post-0123", ["https://medium.com/feed/@someone"]),
        ("https://medium.com/some-publication", ["https://medium.com/feed/some-publication"]),
        ("https://medium.com/tag/python/latest", ["https://medium.com/feed/tag/python"]),
        ("https://someone.medium.com", ["https://someone.medium.com/feed"]),
        ("https://someone.wordpress.com/about/", ["https://someone.wordpress.com/feed/"]),
        ("https://someone.blogspot.co.uk/2024/", ["https://someone.blogspot.com/feeds/posts/default"]),
        ("https://example.com/blog", []),
        ("https://notyoutube.com/user/someone", []),
        ("not an address", []),
    ],
)
def test_the_feeds_of_a_known_page_follow_from_its_address(page: str, feeds: list[str]) -> None:
    assert list(known_feeds(page)) == feeds


@pytest.mark.parametrize(
    "feed",
    [
        "https://example.com/feed",
        "https://example.com/feed/",
        "https://example.com/blog/RSS.xml",
        "https://example.com/index.xml",
        "https://example.com/?feed=rss2",
        "https://example.com/news.atom#x",
        "https://medium.com/feed/@someone",
        "https://www.reddit.com/r/python/.rss",
        "/podcast-feed.xml",
        "feed.json",
    ],
)
def test_the_address_of_a_feed_looks_like_one(feed: str) -> None:
    assert looks_like_feed(feed)
    assert known_feeds(feed) == ()


@pytest.mark.parametrize(
    "page",
    ["https://feed.example.com/", "https://example.com/feedback", "https://example.com/sitemap.xml", ""],
)
def test_the_address_of_a_page_does_not_look_like_a_feeds(page: str) -> None:
    assert not looks_like_feed(page)


@given(st.text())
def test_any_text_has_known_feeds_or_none(text: str) -> None:
    assert all(entered(feed)[0] == feed for feed in known_feeds(text))
