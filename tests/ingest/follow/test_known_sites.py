import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.url_spelling import typed_url
from ingest.follow.known_sites import known_feeds

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
def test_what_looks_like_a_feed_is_no_page_of_a_known_site(feed: str) -> None:
    assert known_feeds(feed) == ()


@given(st.text())
def test_any_text_has_known_feeds_or_none(text: str) -> None:
    assert all(typed_url(feed)[0] == feed for feed in known_feeds(text))
