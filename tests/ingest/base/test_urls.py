"""URLs of documents made absolute and safe, and the keys by which they are compared."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.base.urls import (
    _host_of_any,
    _key_of_any_feed,
    _key_of_any_page,
    feed_key,
    folderless_feed,
    is_clickable,
    is_web_url,
    join_url,
    kept_url,
    link_url,
    url_host,
    url_key,
    web_url,
)

BASE = "https://e.example/a/b?c#d"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://e.example/x?a=1&b=2#c", "https://e.example/x?a=1&b=2#c"),
        ("HTTP://WWW.E.Example/X", "http://www.e.example/X"),
        (" https://e.exam\tple/\nx ", "https://e.example/x"),
        ("//other.example/x", "https://other.example/x"),
        ("/x", "https://e.example/x"),
        ("x", "https://e.example/a/x"),
        ("?x", "https://e.example/a/b?x"),
        ("http:/other.example/x", "http://other.example/x"),
        (r"\\other.example\x", "https://other.example/x"),
        ("https://e.example/a b\"<>'", "https://e.example/a%20b%22%3C%3E'"),
        ("https://user:secret@e.example:8080/", "https://e.example:8080/"),
        ("https://bank.example@evil.example/", "https://evil.example/"),
        ("https://例え.example/漢字", "https://例え.example/漢字"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("https://e.example?q", "https://e.example?q"),
    ],
)
def test_an_address_is_made_absolute_and_tidy(address: str, url: str) -> None:
    assert web_url(address, BASE) == url


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "\x01javascript:x",
            "java\nscript:x",
            "vbscript:x",
            "data:text/html,x",
        ),
        *(
            "ftp://e.example/",
            "file:///x",
            "mailto:a@b.c",
            "https://",
            "https://?x",
            "https://a b/",
            "https://[x/",
        ),
        *("", " ", "\0", None, "https://e.example/" + "x" * 4000, "https://e.example:x/", "https://a<b>/"),
    ],
)
def test_what_is_no_web_address_is_none(address: str | None) -> None:
    assert web_url(address, BASE) is None


def test_a_relative_address_without_a_base_is_none() -> None:
    assert web_url("/x") is None
    assert web_url("//e.example/x") == "https://e.example/x"


def test_only_a_link_may_lead_to_a_mailbox() -> None:
    assert link_url(" MAILTO:a@example.org ") == "mailto:a@example.org"
    assert link_url("mailto:nobody") is None
    assert link_url("x", BASE) == "https://e.example/a/x"


def test_a_host_is_without_its_www() -> None:
    assert url_host("https://www.E.example:8080/x") == "e.example"
    assert url_host("nonsense") == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://e.example/x",
        "http://e.example/x",
        "https://www.e.example/x/",
        "https://E.EXAMPLE:443/x#part",
        "http://e.example:80/x?",
        "https://e.example/x?utm_source=a&utm_medium=b",
        "https://e.example/x?fbclid=1&ref=home",
        "https://e.example/%78",
        "https://e.example./x",
    ],
)
def test_one_page_has_one_key(url: str) -> None:
    assert url_key(url) == "e.example/x"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.example/漢?q=é", "https://e.example/%E6%BC%A2?q=%c3%a9"),
        ("https://例え.example/", "https://xn--r8jz45g.example"),
        ("https://e.example/?id=1&utm_campaign=x", "https://e.example?id=1"),
    ],
)
def test_spellings_of_one_address_are_equal(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(
    "url",
    [
        "https://e.example/X",
        "https://e.example/x?id=1",
        "https://e.example/x?reference=1",
        "https://e.example:8080/x",
        "https://sub.e.example/x",
        "https://e.example/x%2Fy",
    ],
)
def test_other_pages_have_other_keys(url: str) -> None:
    assert url_key(url) not in ("e.example/x", "e.example/x/y")


@given(st.text() | st.text(alphabet=":/?#[]@%.wxh0\\ ").map("https://".__add__), st.none() | st.text())
def test_no_address_is_an_error(address: str, base: str | None) -> None:
    url = web_url(address, base)
    assert url is None or (url.startswith(("http://", "https://")) and not set(url) & set(' \t\n"<>'))
    assert isinstance(url_key(address), str)
    assert url_key(url or "") == url_key(web_url(url) or "")


def test_a_host_beyond_ascii_is_compared_as_it_is_asked_for() -> None:
    assert url_key("https://faß.example/x") == url_key("https://xn--fa-hia.example/x")
    assert url_key("https://☃.example/x") == url_key("https://xn--n3h.example/x")


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
    assert feed_key(spelling) == "https://xn--bcher-kva.example/my%20feed"


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
    assert feed_key(one) != feed_key(other)


def test_an_ipv6_address_keeps_its_brackets() -> None:
    assert feed_key("http://[2001:DB8::1]:8080/feed/") == "https://[2001:db8::1]:8080/feed"


@given(
    st.text()
    | st.from_regex(r"https?://[a-z]{1,9}\.example(:\d{1,4})?[/a-z%.?#&=0-9é]{0,20}", fullmatch=True)
)
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    once = feed_key(text)
    assert feed_key(once) == once


def test_a_reference_is_joined_to_its_base_unless_either_is_malformed() -> None:
    assert join_url("https://e.example/a/b", "../c") == "https://e.example/c"
    assert join_url("https://[e/", "c") is None
    assert join_url("https://e.example/", "//[e") is None


def test_a_feed_that_is_known_by_its_file_alone_is_told_without_folders_and_yet_distinct() -> None:
    one, other = folderless_feed("file:///home/me/feed.xml"), folderless_feed("file:///srv/feed.xml")
    assert one == "file:///feed.xml#fbc61afec5f5"
    assert other.startswith("file:///feed.xml#")
    assert one != other


@pytest.mark.parametrize("url", ["https://e.example/feed#x", "file:///feed.xml#0123456789ab"])
def test_any_other_address_is_told_as_it_is(url: str) -> None:
    assert folderless_feed(url) == url


@given(st.text().map("file:///{}".format))
def test_the_folderless_address_of_a_folderless_address_is_itself(url: str) -> None:
    once = folderless_feed(url)
    assert folderless_feed(once) == once
    assert once.count("/") == 3


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("magnet:?xt=urn:btih:abc&dn=A film", "magnet:?xt=urn:btih:abc&dn=A%20film"),
        ("GEMINI://example.org/post", "gemini://example.org/post"),
        ("ftp://user:password@example.org/file", "ftp://example.org/file"),
        ("mailto:ada@example.org", "mailto:ada@example.org"),
        ("tel:+49-30-1234", "tel:+49-30-1234"),
        ("at://did:plc:abc/app.bsky.feed.post/1", "at://did:plc:abc/app.bsky.feed.post/1"),
        ("ipfs://bafy/1.mp3", "ipfs://bafy/1.mp3"),
        ("xmpp:room@example.org?join", "xmpp:room@example.org?join"),
        ("/2", "https://example.org/2"),
        ("https://u:p@example.org/2", "https://example.org/2"),
        ("javascript:alert(1)", None),
        (" java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("view-source:https://example.org/", None),
        ("Note: see below", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_of_other_schemes_are_kept_unless_browsers_run_them(
    given: str | None, kept: str | None
) -> None:
    assert kept_url(given, "https://example.org/1") == kept


@pytest.mark.parametrize(
    ("url", "clickable", "of_the_web"),
    [
        ("https://example.org/", True, True),
        ("HTTP://example.org/", True, True),
        ("mailto:a@example.org", True, False),
        ("magnet:?xt=1", False, False),
        ("javascript:x", False, False),
        ("https:x", False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_only_addresses_of_the_web_and_mail_are_clickable(
    url: str | None, clickable: bool, of_the_web: bool
) -> None:
    assert (is_clickable(url), is_web_url(url)) == (clickable, of_the_web)


@given(
    st.sampled_from(["http://", "https://"]),
    st.sampled_from(["a", "a.example", "a-b.example", "1.2.3.4", "a.example:80", "A.example", "a.example."]),
    st.text(st.sampled_from("/?#;:@.%2e&=[]()'é\\ ~"), max_size=12),
)
def test_a_url_in_normal_spelling_is_kept_as_it_would_be_normalised(
    scheme: str, host: str, rest: str
) -> None:
    url = f"{scheme}{host}/x{rest}" if rest[:1] not in ("/", "?", "#", "") else f"{scheme}{host}{rest}"
    assert web_url(url) == web_url(f" {url}")


@given(
    st.text(st.sampled_from("https://ww.examplA0-~_%2?#:@é&=ref!$'()*+,;[ "), max_size=30).map(
        "http://".__add__
    )
)
@example("https://www.example.org/a/b.html/")
@example("https://example.org?a=1&&ref=rss&utm_source=b#c?d")
@example("https://example.org/a;b/?")
@example("https://example.org/%e4%b8%ad%41?%7e=%zz#%41")
@example("https://www.com")
@example("https://www.www.example")
@example("https://www")
@example("https://www./a")
@example("https://.example/")
def test_the_key_of_a_usual_address_is_made_by_the_same_rules_as_of_any(url: str) -> None:
    assert url_key(url) == _key_of_any_page(url)


@given(
    st.text(st.sampled_from("https://ww.examplA0-~_%2?#:@é&=!$'()*+,;"), max_size=30).map("http://".__add__)
)
@example("https://www.example.org/a/b.xml/")
@example("https://example.org/.rss#video")
@example("https://example.org/%e4%ba%ba%2F%41%2e%2e/?a=%2f%7e#a")
@example("https://example.org/a/./b/..?c")
@example("https://example.org/a%2")
@example(f"https://{'a.' * 130}org/")
@example("https://a-b.example.org/?a=1&b=2")
@example("https://example.org?a=1?")
@example("https://xn--a.-b-.org/?=")
@example("file:///home/a/feed.xml#b")
@example("file:///")
@example("https://example.org//a//")
@example("https://example.org/a/../b")
@example("https://example.org/a/.")
@example("https://127.0.0.1/feed")
@example("https://example..org/")
@example(f"https://{'a' * 64}.org/")
def test_the_key_of_a_usual_feed_is_made_by_the_same_rules_as_of_any(url: str) -> None:
    assert feed_key(url) == _key_of_any_feed(url)


@given(
    st.lists(
        st.sampled_from(
            ["http://", "https://", "www.", "a", "b.example", ".", ":8", "@", "/", "?", "#", "é", "\t"]
        )
    )
)
def test_a_usual_url_has_the_host_that_any_has(pieces: list[str]) -> None:
    url = "".join(pieces)
    assert url_host(url) == _host_of_any(url)
