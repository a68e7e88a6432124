"""A document is parsed first, and those of its entries that are not known are cleaned then."""

import pytest

from ingest.base.models import CleanFeed, KnownEntry
from ingest.workers.parse_pool import parse_and_clean
from ingest.workers.parsed_feed import ParsedFeed, clean_packed, parse_and_pack
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
