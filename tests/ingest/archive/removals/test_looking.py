"""Documents of a feed, saved in turn, and what is marked as missing, removed or there again."""

import pytest
from sqlite_utils import Database

from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.base.models import StoredExtra
from tests.ingest.values import clean_entry, clean_feed

URL = "https://example.org/feed.xml"
TEN, HALF_PAST, ELEVEN, TWELVE, ONE = (
    f"2025-02-01T{time}:00Z" for time in ("10:00", "10:30", "11:00", "12:00", "13:00")
)


def poll(db: Database, now: str, *days: int, reader: int | None = None, **feed: object) -> int:
    """Save a document fetched at `now` whose entries were published on these days; how many are removed by it."""
    entries = [clean_entry(str(day), published=f"2025-01-{day:02}T00:00:00Z") for day in days]
    document = clean_feed(*entries, **feed)
    return save(db, document, url=URL, now=now, poll=Poll(200), reader=reader).removed


def entry(db: Database, day: int) -> tuple[object, ...]:
    return db.execute(
        "SELECT missing_since, looks, removed, last_seen FROM entries WHERE guid = ?", (str(day),)
    ).fetchone()


def removals(db: Database) -> list[tuple[object, ...]]:
    return db.execute(
        "SELECT guid, removals.last_seen, removals.missing_since, removals.looks, removals.removed, returned, rule "
        "FROM removals JOIN entries ON entries.id = entry ORDER BY removals.id"
    ).fetchall()


def test_one_document_without_it_makes_an_entry_missing(db):
    poll(db, TEN, 3, 2, 1)
    assert poll(db, ELEVEN, 3, 1) == 0
    assert entry(db, 2) == (ELEVEN, 1, None, TEN)


def test_a_second_an_hour_later_removes_it(db):
    poll(db, TEN, 3, 2, 1)
    poll(db, ELEVEN, 3, 1)
    assert poll(db, TWELVE, 4, 3, 1) == 1
    assert entry(db, 2) == (ELEVEN, 2, TWELVE, TEN)
    assert removals(db) == [("2", TEN, ELEVEN, 2, TWELVE, None, "order")]


def test_a_removal_is_found_once(db):
    for now, *days in ((TEN, 3, 2, 1), (ELEVEN, 3, 1), (TWELVE, 3, 1)):
        poll(db, now, *days)
    assert poll(db, ONE, 3, 1) == 0
    assert entry(db, 2) == (ELEVEN, 2, TWELVE, TEN)


def test_what_comes_back_before_is_as_if_it_was_never_missing(db):
    poll(db, TEN, 3, 2, 1)
    poll(db, ELEVEN, 3, 1)
    poll(db, TWELVE, 3, 2, 1)
    assert entry(db, 2) == (None, None, None, TWELVE)
    assert removals(db) == []


def test_that_it_comes_back_after_it_was_removed_is_kept(db):
    for now, *days in ((TEN, 3, 2, 1), (ELEVEN, 3, 1), (TWELVE, 3, 1), (ONE, 3, 2, 1)):
        poll(db, now, *days)
    assert entry(db, 2) == (None, None, None, ONE)
    assert removals(db) == [("2", TEN, ELEVEN, 2, TWELVE, ONE, "order")]


def test_a_mark_of_an_earlier_release_stays_and_that_it_comes_back_is_kept_without_a_rule(db):
    poll(db, TEN, 3, 2, 1)
    db.execute("UPDATE entries SET removed = ? WHERE guid = '2'", (HALF_PAST,))
    poll(db, ELEVEN, 3, 1)
    assert entry(db, 2) == (None, None, HALF_PAST, TEN)
    poll(db, TWELVE, 3, 2, 1)
    assert entry(db, 2) == (None, None, None, TWELVE)
    assert removals(db) == [("2", TEN, None, None, HALF_PAST, TWELVE, None)]


def test_a_ranked_feed_removes_nothing(db):
    for now, *days in ((TEN, 5, 9, 8), (ELEVEN, 5, 10, 7), (TWELVE, 11, 5, 4), (ONE, 5, 12, 3)):
        assert poll(db, now, *days) == 0
    assert db.execute("SELECT count(*) FROM entries WHERE missing_since IS NOT NULL").fetchone() == (0,)


def test_a_damaged_document_removes_nothing_and_is_no_look(db):
    poll(db, TEN, 3, 2, 1)
    poll(db, ELEVEN, 3, 1)
    assert poll(db, TWELVE, 3, 1, damage="It is cut off.") == 0
    assert entry(db, 2) == (ELEVEN, 1, None, TEN)


def test_a_document_that_was_not_fetched_just_now_is_no_look(db):
    poll(db, TEN, 3, 2, 1)
    days = (3, 1)
    entries = [clean_entry(str(day), published=f"2025-01-{day:02}T00:00:00Z") for day in days]
    save(db, clean_feed(*entries), url=URL, now=ELEVEN)
    assert entry(db, 2) == (None, None, None, TEN)


def test_what_another_reader_found_is_not_removed(db):
    poll(db, TEN, 3, 2, 1, reader=1)
    poll(db, ELEVEN, 3, 1, reader=2)
    assert poll(db, TWELVE, 3, 1, reader=2) == 0
    assert entry(db, 2) == (None, None, None, TEN)


def tombstone(guid: str, at: str) -> StoredExtra:
    return StoredExtra(f'[{{"at:deleted-entry": {{"@ref": "{guid}", "@when": "{at}"}}}}]')


def test_a_tombstone_removes_at_once(db):
    poll(db, TEN, 3, 2, 1)
    assert poll(db, HALF_PAST, 3, 1, extra=tombstone("2", TEN)) == 1
    assert entry(db, 2) == (HALF_PAST, 1, HALF_PAST, TEN)
    assert removals(db) == [("2", TEN, HALF_PAST, 1, HALF_PAST, None, "tombstone")]


@pytest.mark.parametrize("days", [(2, 1), ()])
def test_a_tombstone_removes_what_no_order_of_time_tells(db, days):
    poll(db, TEN, 3, 2, 1)
    assert poll(db, HALF_PAST, *days, extra=tombstone("3", TEN)) == 1


def test_a_tombstone_of_an_entry_that_is_there_removes_nothing(db):
    poll(db, TEN, 3, 2, 1)
    assert poll(db, HALF_PAST, 3, 2, 1, extra=tombstone("2", TEN)) == 0


def test_a_tombstone_of_another_feed_removes_nothing(db):
    poll(db, TEN, 3, 2, 1)
    other = clean_feed(clean_entry("9"), extra=tombstone("2", TEN))
    assert save(db, other, url="https://b.example/feed", now=HALF_PAST, poll=Poll(200)).removed == 0


def test_an_entry_that_a_feed_had_twice_is_removed_once_by_two_tombstones(db):
    poll(db, TEN, 3, 2, 1)
    twice = StoredExtra(tombstone("2", TEN).json[:-1] + ", " + tombstone("2", TEN).json[1:])
    assert poll(db, HALF_PAST, 3, 1, extra=twice) == 1


def test_what_is_missing_is_found_by_an_index(db):
    plan = db.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM entries WHERE feed = 1 AND missing_since IS NOT NULL AND removed IS NULL"
    ).fetchall()
    assert "entries_missing" in str(plan)
