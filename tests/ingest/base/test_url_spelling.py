import pytest

from ingest.base.http_url import BadAddress
from ingest.base.url_spelling import looks_like_feed, typed_url, typed_url_over_http, without_credentials


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
    assert typed_url(text) == (meant, None)


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
    assert typed_url_over_http(text) == meant


def test_credentials_are_split_off() -> None:
    assert typed_url("https://me:secret@example.com/feed") == ("https://example.com/feed", ("me", "secret"))


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
        typed_url(text)


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


@pytest.mark.parametrize(
    "page",
    ["https://feed.example.com/", "https://example.com/feedback", "https://example.com/sitemap.xml", ""],
)
def test_the_address_of_a_page_does_not_look_like_a_feeds(page: str) -> None:
    assert not looks_like_feed(page)
