"""Addresses that no browser runs are text, and are found; those that run something are not kept at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.models import CleanEntry, Entry, Feed
from ingest.clean.feed import clean
from ingest.clean.rewriting.other_schemes import LONGEST_SHOWN, address_as_text


def cleaned(html: str) -> CleanEntry:
    return clean(Feed("rss2.0", entries=(Entry("1", url="https://e.example/p", html=html),))).entries[0]


@pytest.mark.parametrize(
    "address",
    [
        *("magnet:?xt=urn:btih:abc&tr=x", "ftp://f.example/x", "sftp://f.example/x", "gemini://g.example/a"),
        *(
            "gopher://g.example/1",
            "sms:+4912",
            "xmpp:a@x.example",
            "irc://i.example/#tide",
            "matrix:r/tide:m.example",
        ),
        *("ipfs://Qm", "at://did:plc:a/b", "nostr:npub1", "webcal://c.example/t.ics", "geo:54.3,10.1"),
    ],
)
def test_the_address_stands_beside_the_words(address: str) -> None:
    entry = cleaned(f'See <a href="{address.replace("&", "&amp;")}">this</a>.')
    assert entry.text == f"See this ({address})."
    assert "href" not in entry.html
    assert entry.links == ()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="tel:+49-431-12">+49 431 12</a>', "+49 431 12"),
        ('<a href="ftp://f.example/x">ftp://f.example/x</a>', "ftp://f.example/x"),
        ('<a href="ftp://f.example/x"> f.example/x </a>', "f.example/x"),
        ('<a href="magnet:?x"></a>', "magnet:?x"),
        ('<a href="TEL:12">Call</a>', "Call (TEL:12)"),
    ],
)
def test_the_address_is_not_said_twice(html: str, text: str) -> None:
    assert cleaned(html).text == text


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
        ),
        *(
            "file:///etc/passwd",
            "blob:https://e.example/1",
            "about:blank",
            "view-source:https://e.example",
            "x:y",
        ),
        *("magnet:", "http://[bad", "C:\\x"),
    ],
)
def test_what_runs_something_leaves_its_words_alone(address: str) -> None:
    assert cleaned(f'<a href="{address}">x</a>').text == "x"


def test_mail_stays_a_link() -> None:
    assert 'href="mailto:a@e.example"' in cleaned('<a href="mailto:a@e.example">x</a>').html


def test_a_long_address_is_shortened() -> None:
    shown = address_as_text("magnet:?" + "x" * 10_000, "words") or ""
    assert len(shown) <= LONGEST_SHOWN + 3
    assert shown.endswith("…)")


def test_markup_in_an_address_is_text() -> None:
    assert cleaned('<a href="magnet:?<script>alert(1)</script>">x</a>').html.endswith(
        "</a> (magnet:?&lt;script&gt;alert(1)&lt;/script&gt;)"
    )


@given(st.text(), st.text())
def test_any_address_is_kept_or_not(address: str, words: str) -> None:
    assert len(address_as_text(address, words) or "") <= LONGEST_SHOWN + 3


@pytest.mark.parametrize("scheme", ["ftp", "https", "gemini", "FTP"])
def test_the_guid_that_is_an_address_of_any_scheme_has_no_password(scheme: str) -> None:
    feed = Feed("rss2.0", entries=(Entry(guid=f"{scheme}://ann:pw@f.example/9"),))
    assert clean(feed).entries[0].guid == f"{scheme}://f.example/9"
