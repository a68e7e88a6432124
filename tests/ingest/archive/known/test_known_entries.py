"""Entries that the archive has as their document says them need not be cleaned to be saved."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.known.known_entries import NoLongerKnown, known_fingerprints, skippable
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.archive.saving.outcome import Saved
from ingest.archive.window import last_window, window_of_others
from ingest.base.models import READER, CleanEntry, KnownEntry
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_entry, clean_feed

URL = "https://example.org/feed.xml"
OK = Poll(status=200, bytes=1000, ms=20, etag='"1"', body_hash="abc")
ONE, TWO, THREE = clean_entry("1"), clean_entry("2"), clean_entry("3")


def known(entry: CleanEntry) -> KnownEntry:
    return KnownEntry(entry.guid, entry.fingerprint, entry.published, entry.updated)


def take(db: Database, *entries: CleanEntry | KnownEntry, now: str = NOW, **how: Any) -> Saved:
    return save(db, clean_feed(*entries), url=URL, now=now, **how)  # type: ignore[arg-type]


def dump(db: Database) -> list[str]:
    return list(db.conn.iterdump())


def test_what_is_stored_exactly_so_is_known(db: Database) -> None:
    take(db, ONE, TWO)
    assert known_fingerprints(db, 1, [known(ONE), known(THREE)], READER) == {ONE.fingerprint}


def test_what_another_reader_read_is_not_known(db: Database) -> None:
    take(db, ONE)
    assert known_fingerprints(db, 1, [known(ONE)], READER + 1) == frozenset()


def test_what_another_feed_has_is_not_known(db: Database) -> None:
    take(db, ONE)
    other = save(db, clean_feed(url=None), url="https://other.example/feed", now=NOW)
    assert known_fingerprints(db, other.feed, [known(ONE)], READER) == frozenset()


def test_nothing_is_known_of_a_feed_that_is_not_there(db: Database) -> None:
    assert known_fingerprints(db, None, [known(ONE)], READER) == frozenset()


def test_a_fingerprint_that_two_entries_have_is_of_neither(db: Database) -> None:
    take(db, ONE, TWO)
    db.execute("UPDATE entries SET fingerprint = 'same'")
    assert known_fingerprints(db, 1, [KnownEntry("1", "same")], READER) == frozenset()


def test_entries_that_share_a_guid_are_told_apart_by_what_they_say() -> None:
    assert skippable([KnownEntry("1", "a"), KnownEntry("1", "b"), KnownEntry("2", "c")]) == {"c"}


@pytest.mark.parametrize("poll", [None, OK])
def test_a_known_entry_is_saved_as_a_cleaned_one_is(db: Database, poll: Poll | None) -> None:
    take(db, ONE, TWO)
    with db.conn:
        db.conn.execute("BEGIN")
        cleaned, after = take(db, TWO, THREE, now=LATER, poll=poll), dump(db)
        db.conn.rollback()
    assert take(db, known(TWO), THREE, now=LATER, poll=poll) == cleaned == Saved(1, new=1, unchanged=1)
    assert dump(db) == after


def test_a_known_entry_was_first_seen_when_an_earlier_document_had_it(db: Database) -> None:
    take(db, ONE, now=LATER)
    take(db, known(ONE), now=NOW)
    assert [row["first_seen"] for row in db["entries"].rows] == [NOW]


def test_a_document_is_not_saved_where_one_of_its_entries_is_no_longer_known(db: Database) -> None:
    take(db, ONE, TWO)
    before = dump(db)
    with pytest.raises(NoLongerKnown):
        take(db, THREE, known(clean_entry("1", title="of before")), now=LATER)
    assert dump(db) == before


LOOK_UPS: dict[str, Callable[[Database], object]] = {
    "feed=? AND fingerprint=?": lambda db: known_fingerprints(db, 1, [known(ONE)], READER),
    "feed=? AND last_seen=?": lambda db: last_window(db, 1, READER),
    "feed=? AND last_seen=? ": lambda db: window_of_others(db, 1, READER),
}


@pytest.mark.parametrize(("by", "look_up"), LOOK_UPS.items())
def test_nothing_that_is_looked_up_walks_the_entries_of_the_feed(
    db: Database, by: str, look_up: Callable[[Database], object]
) -> None:
    take(db, ONE, TWO, poll=OK)
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    look_up(db)
    db.conn.set_trace_callback(None)
    [query] = asked
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert [f"({by.strip()})" in step for step in plan if " entries " in step] == [True]


def test_of_a_known_entry_too_is_stored_under_which_guid_it_came(db: Database) -> None:
    one, other = clean_entry("1"), clean_entry("1", url="https://example.org/other")
    take(db, one, other, poll=OK)
    take(db, TWO, poll=OK, now=LATER)
    db.execute(
        "INSERT INTO entry_aliases (feed, guid, entry, rule, at) VALUES (1, 'x', 3, 'address', ?)", (LATER,)
    )
    db.conn.commit()
    take(db, known(one), TWO, poll=OK, now=LATER_STILL)
    assert db.execute("SELECT guid FROM entry_documents WHERE entry = 1").fetchall() == [("1",)]
