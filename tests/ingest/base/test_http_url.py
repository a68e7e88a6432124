import httpx2 as httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.base.http_url import (
    BadAddress,
    Redirect,
    _is_parsed,
    is_fetchable,
    keeps_secrets,
    moved_to,
    parse_http_url,
    redirect_target,
)

HOME = httpx.URL("https://example.com/feed")


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("https://example.com", "https://example.com"),
        (" HTTPS://EXAMPLE.com./feed#top ", "https://example.com/feed"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("http://[2001:db8::1]:8080/feed", "http://[2001:db8::1]:8080/feed"),
        ("http://a_b.example.com/feed", "http://a_b.example.com/feed"),
    ],
)
def test_an_address_is_asked_for_in_its_plainest_form(given: str, asked: str) -> None:
    assert parse_http_url(given) == (httpx.URL(asked), None)


def test_credentials_are_taken_out_of_an_address() -> None:
    assert parse_http_url("https://me:s%40cret@example.com/feed") == (HOME, ("me", "s@cret"))


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "feed",
        "//example.com/feed",
        "ftp://example.com/feed",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///feed",
        "http://exa mple.com/",
        "http://example..com/",
        "http://127.0.0.1%00.example.com/",
        "http://%31%32%37.0.0.1/",
        "http://①②⑦.0.0.1/",
        "http://[::1",
        "http://example.com:99999/",
        "http://example.com:0/",
        "http://example.com/\r\nX-Header: 1",
        "http://" + "a" * 64 + ".com/",
        "http://example.com/" + "a" * 9000,
    ],
)
def test_what_is_no_web_address_is_refused_with_a_sentence(bad: str) -> None:
    with pytest.raises(BadAddress, match=r"\.$"):
        parse_http_url(bad)


@given(st.text() | st.text().map("http://{}".format))
def test_any_text_is_an_address_or_none(text: str) -> None:
    try:
        url, _ = parse_http_url(text)
    except BadAddress:
        return
    assert url.scheme in ("http", "https") and url.host and not url.userinfo


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/new", "https://example.com/new"),
        ("//other.example/feed", "https://other.example/feed"),
        ("http://me:secret@other.example/#x", "http://other.example/"),
    ],
)
def test_a_redirect_is_followed_without_its_credentials(location: str, target: str) -> None:
    assert redirect_target(HOME, location) == httpx.URL(target)


@pytest.mark.parametrize("location", ["ftp://example.com/", "http://[::1", "data:text/plain,x"])
def test_a_redirect_to_what_is_no_web_address_is_refused(location: str) -> None:
    with pytest.raises(BadAddress):
        redirect_target(HOME, location)


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("https://example.com/a", "https://example.com/b", True),
        ("https://example.com/a", "https://example.com:443/b", True),
        ("http://example.com/a", "https://example.com/b", True),
        ("https://example.com/a", "http://example.com/b", False),
        ("https://example.com/a", "https://www.example.com/b", False),
        ("https://example.com/a", "https://example.com:8443/b", False),
        ("http://example.com:8080/a", "https://example.com/b", False),
    ],
)
def test_secrets_stay_with_their_origin(before: str, after: str, kept: bool) -> None:
    assert keeps_secrets(httpx.URL(before), httpx.URL(after)) is kept


def test_permanent_redirects_move_an_address_as_far_as_they_lead() -> None:
    steps = [Redirect(301, "https://b.example/"), Redirect(308, "https://c.example/")]
    assert moved_to("https://a.example/", steps) == "https://c.example/"


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_ends_a_move(status: int) -> None:
    moved, elsewhere = Redirect(301, "https://b.example/"), Redirect(status, "https://c.example/")
    assert moved_to("https://a.example/", [moved, elsewhere]) == "https://b.example/"
    assert moved_to("https://a.example/", [elsewhere, moved]) is None


def test_a_feed_never_moves_from_https_to_http() -> None:
    assert moved_to("https://a.example/", [Redirect(301, "http://a.example/")]) is None
    assert moved_to("http://a.example/", [Redirect(301, "http://b.example/")]) == "http://b.example/"


@given(
    st.text(st.sampled_from("awx.-/?&=_A0%:@"), max_size=24),
    st.sampled_from(["http://", "https://w.ab", "http://-a-.xn--b.co"]),
)
@example("://", "http")
@example("1.2.3.4", "http://")
@example("/" + "a" * 9000, "http://example.org")
def test_an_address_in_usual_spelling_is_fetchable_where_it_can_be_parsed(rest: str, begins: str) -> None:
    assert is_fetchable(begins + rest) == _is_parsed(begins + rest)
