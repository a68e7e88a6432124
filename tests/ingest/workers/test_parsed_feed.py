"""A document is parsed first, and those of its entries that are not known are cleaned then."""

import pytest

from ingest.base.models import CleanFeed, KnownEntry
from ingest.workers import parsed_feed
from ingest.workers.parse_pool import parse_and_clean
from ingest.workers.parsed_feed import ParsedFeed, clean_packed, parse_and_clean_new, parse_and_pack
from tests.ingest.documents_written_here import item, rss

BODY = rss(item("1"), item("2"), item("3"))
DEEP = (
    b'{"version": "https://jsonfeed.org/version/1.1", "title": "t", '
    b'"items": [{"id": "1", "content_text": "x", "_deep": ' + b'{"a":' * 150 + b"1" + b"}" * 150 + b"}]}"
)


def parsed(body: bytes = BODY) -> ParsedFeed:
    return parse_and_pack(body, None, "https://example.org/feed", None)


def finished(document: ParsedFeed, *known: str) -> CleanFeed:
    return document.with_cleaned(known, clean_packed(document.entries_but(known), document.base))


@pytest.mark.parametrize("body", [BODY, DEEP], ids=["plain", "deep"])
def test_in_two_steps_a_document_is_read_as_in_one(body: bytes) -> None:
    assert finished(parsed(body)) == parse_and_clean(body, None, "https://example.org/feed")


def test_a_known_entry_is_not_cleaned_and_stays_in_its_place() -> None:
    document = parsed()
    known = document.feed.entries[1]
    assert isinstance(known, KnownEntry)
    whole, others = (
        parse_and_clean(BODY, None, "https://example.org/feed"),
        finished(document, known.fingerprint),
    )
    assert others.entries == (whole.entries[0], known, whole.entries[2])


def test_where_all_is_known_nothing_is_left_to_clean() -> None:
    document = parsed()
    assert document.entries_but({entry.fingerprint for entry in document.feed.entries}) == ()


@pytest.fixture
def nothing_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsed_feed, "_seen", set())


def parsed_as_new(body: bytes) -> ParsedFeed:
    return parse_and_clean_new(body, None, "https://example.org/feed", None)


@pytest.mark.usefixtures("nothing_seen")
@pytest.mark.parametrize("body", [BODY, DEEP], ids=["plain", "deep"])
def test_of_what_is_new_nothing_is_left_to_clean(body: bytes) -> None:
    document = parsed_as_new(body)
    assert document.entries_but(()) == ()
    assert document.feed == parse_and_clean(body, None, "https://example.org/feed")


@pytest.mark.usefixtures("nothing_seen")
def test_what_another_document_of_the_feed_had_is_not_cleaned_at_once() -> None:
    parsed_as_new(BODY)
    more = rss(item("1"), item("4"), item("3"))
    document = parsed_as_new(more)
    assert [isinstance(entry, KnownEntry) for entry in document.feed.entries] == [True, False, True]
    assert len(document.entries_but(())) == 2
    assert finished(document) == parse_and_clean(more, None, "https://example.org/feed")


@pytest.mark.usefixtures("nothing_seen")
def test_what_shares_its_guid_in_a_document_is_cleaned_at_once() -> None:
    twice = rss(item("1"), item("1"))
    parsed_as_new(twice)
    assert parsed_as_new(twice).entries_but(()) == ()
