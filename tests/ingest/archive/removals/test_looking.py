"""Documents of a feed, saved in turn, and what is marked as missing, removed or there again."""

import pytest
from sqlite_utils import Database

from ingest.archive.documents.warc.pack import pack
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.archive.subscriptions import PollRecord, record, subscription_to_poll
from ingest.base.models import ReceivedDocument, StoredExtra
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


def confirm(db: Database, now: str) -> int:
    """A poll that the server answers with status 304; how many are removed by it."""
    return record(db, subscription_to_poll(db, 1, now), PollRecord(Poll(304)), now).removed


def test_a_304_an_hour_later_is_a_second_look_at_the_same_document(db):
    poll(db, TEN, 3, 2, 1)
    poll(db, ELEVEN, 3, 1)
    assert confirm(db, TWELVE) == 1
    assert entry(db, 2) == (ELEVEN, 2, TWELVE, TEN)
    assert removals(db) == [("2", TEN, ELEVEN, 2, TWELVE, None, "order")]
    assert db.execute("SELECT removed FROM polls ORDER BY id").fetchall() == [(0,), (0,), (1,)]


def test_a_304_within_the_hour_removes_nothing_yet(db):
    poll(db, TEN, 3, 2, 1)
    poll(db, HALF_PAST, 3, 1)
    assert confirm(db, ELEVEN) == 0
    assert entry(db, 2) == (HALF_PAST, 2, None, TEN)


def test_a_304_removes_nothing_that_its_document_has(db):
    poll(db, TEN, 3, 2, 1)
    assert confirm(db, TWELVE) == 0
    assert entry(db, 2) == (None, None, None, TEN)


def test_a_304_of_the_document_that_first_lacks_the_newest_proves_nothing(db):
    poll(db, TEN, 3, 2, 1)
    poll(db, ELEVEN, 2, 1)
    assert confirm(db, ONE) == 0


def test_a_304_of_a_damaged_document_is_no_look(db):
    poll(db, TEN, 3, 2, 1)
    poll(db, ELEVEN, 3, 1)
    poll(db, TWELVE, 3, 1, damage="It is cut off.")
    assert confirm(db, ONE) == 0


def test_a_poll_that_fails_is_no_look(db):
    poll(db, TEN, 3, 2, 1)
    poll(db, ELEVEN, 3, 1)
    failed = PollRecord(Poll(500, error="The server has a fault."))
    assert record(db, subscription_to_poll(db, 1, TWELVE), failed, TWELVE).removed == 0
    assert entry(db, 2) == (ELEVEN, 1, None, TEN)


@pytest.mark.parametrize("days", [(4,), (3,), ()])
def test_a_document_in_which_nothing_lies_between_others_is_no_look_and_hides_none(db, days):
    poll(db, TEN, 3, 2, 1)
    poll(db, HALF_PAST, *days)
    assert entry(db, 2) == (None, None, None, TEN)
    poll(db, ELEVEN, 3, 1)
    assert poll(db, TWELVE, 3, 1) == 1


def test_a_document_of_one_entry_does_not_begin_anew_what_is_missing(db):
    poll(db, TEN, 3, 2, 1)
    poll(db, ELEVEN, 3, 1)
    poll(db, HALF_PAST, 4)
    assert poll(db, TWELVE, 4, 3, 1) == 1
    assert entry(db, 2) == (ELEVEN, 2, TWELVE, TEN)


def test_what_a_damaged_document_lacks_is_still_expected_in_the_next(db):
    poll(db, TEN, 3, 2, 1)
    poll(db, HALF_PAST, 3, damage="It is cut off.")
    poll(db, ELEVEN, 3, 1)
    assert poll(db, TWELVE, 3, 1) == 1


def test_an_entry_that_comes_under_another_guid_is_not_missing(db):
    poll(db, TEN, 3, 2, 1)
    db.execute(
        "INSERT INTO entry_aliases (feed, guid, entry, rule, at) VALUES (1, '2b', 2, 'address', ?)", (TEN,)
    )
    two = clean_entry("2b", published="2025-01-02T00:00:00Z")
    three, one = (clean_entry(str(day), published=f"2025-01-0{day}T00:00:00Z") for day in (3, 1))
    for now in (ELEVEN, TWELVE):
        assert save(db, clean_feed(three, two, one), url=URL, now=now, poll=Poll(200)).removed == 0
    assert db.execute("SELECT count(*) FROM entries WHERE missing_since IS NOT NULL").fetchone() == (0,)


def saved(db: Database, at: str, *days: int, dated: bool = True, came: str = "push", **feed: object) -> int:
    """Save a document that was not fetched just now; how many are removed by it."""
    entries = [clean_entry(str(day), published=f"2025-01-{day:02}T00:00:00Z") for day in days]
    received = ReceivedDocument(
        f"{at} {days} {feed}".encode(), at, URL if dated else "file:///feed.xml", came
    )
    return save(db, clean_feed(*entries, **feed), url=URL, now=at, document=pack(received, URL)).removed


@pytest.mark.parametrize("came", ["push", "import"])
def test_a_tombstone_removes_at_once_in_a_push_and_in_an_import(db, came):
    poll(db, TEN, 3, 2, 1)
    assert saved(db, HALF_PAST, 4, came=came, extra=tombstone("2", TEN)) == 1
    assert removals(db) == [("2", TEN, HALF_PAST, 1, HALF_PAST, None, "tombstone")]


def test_a_tombstone_in_a_document_of_before_removes_nothing_that_was_there_since(db):
    poll(db, TEN, 3, 1)
    poll(db, TWELVE, 3, 2, 1)
    assert saved(db, ELEVEN, 3, 1, came="import", extra=tombstone("2", TEN)) == 0


def test_a_tombstone_in_a_capture_removes_what_captures_of_before_had(db):
    assert saved(db, TEN, 3, 2, 1, came="import") == 0
    assert saved(db, ELEVEN, 3, 1, came="import", extra=tombstone("2", TEN)) == 1


def test_a_tombstone_in_a_file_removes_what_files_had(db):
    saved(db, TWELVE, 3, 2, 1, came="import", dated=False)
    assert saved(db, ONE, 3, 1, came="import", dated=False, extra=tombstone("2", TEN)) == 1


def test_a_tombstone_in_a_file_removes_nothing_that_was_there_after_it(db):
    poll(db, HALF_PAST, 3, 2, 1)
    assert saved(db, TWELVE, 3, 1, came="import", dated=False, extra=tombstone("2", TEN)) == 0


def test_a_tombstone_of_a_former_guid_removes_nothing(db):
    poll(db, TEN, 3, 2, 1)
    db.execute(
        "INSERT INTO entry_aliases (feed, guid, entry, rule, at) VALUES (1, '2b', 2, 'address', ?)", (TEN,)
    )
    two = clean_entry("2b", published="2025-01-02T00:00:00Z")
    save(db, clean_feed(two), url=URL, now=HALF_PAST, poll=Poll(200))
    assert poll(db, ELEVEN, 3, 1, extra=tombstone("2", TEN)) == 0
    assert poll(db, TWELVE, 3, 1, extra=tombstone("2b", TEN)) == 1


def test_what_a_later_capture_has_again_came_back(db):
    saved(db, TEN, 3, 2, 1, came="import")
    saved(db, ELEVEN, 3, 1, came="import", extra=tombstone("2", TEN))
    saved(db, TWELVE, 3, 2, 1, came="import")
    assert removals(db) == [("2", TEN, ELEVEN, 1, ELEVEN, TWELVE, "tombstone")]
    assert entry(db, 2) == (None, None, None, TWELVE)


def test_a_feed_that_turns_from_the_oldest_first_to_the_newest_first_is_in_order_of_time(db):
    poll(db, TEN, 1, 2, 3)
    poll(db, ELEVEN, 3, 1)
    assert poll(db, TWELVE, 3, 1) == 1


def planet(db: Database, now: str, *days: int) -> int:
    """Save an aggregator's document that names no sources: those after the fifth are of another host."""
    entries = [
        clean_entry(
            str(day),
            published=f"2025-01-{day:02}T00:00:00Z",
            url=f"https://{'busy' if day > 5 else 'quiet'}.example/{day}",
        )
        for day in days
    ]
    return save(db, clean_feed(*entries), url=URL, now=now, poll=Poll(200)).removed


def test_of_an_aggregator_that_has_the_latest_three_of_each_host_none_is_removed(db):
    planet(db, TEN, 10, 9, 8, 3, 2, 1)
    assert [planet(db, now, 11, 10, 9, 3, 2, 1) for now in (ELEVEN, TWELVE, ONE)] == [0, 0, 0]
    assert entry(db, 8) == (None, None, None, TEN)


def test_of_an_aggregator_one_is_removed_between_two_of_its_host(db):
    planet(db, TEN, 10, 9, 8, 3, 2, 1)
    assert [planet(db, now, 10, 8, 3, 2, 1) for now in (ELEVEN, TWELVE)] == [0, 1]
