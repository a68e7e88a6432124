"""The date of an entry, and where it comes from."""

import pytest
from sqlite_utils import Database

from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.base.models import CleanEntry
from tests.ingest.values import LATER, NOW, clean_entry, clean_feed

URL = "https://example.org/feed.xml"
EARLIER = "2025-12-01T00:00:00Z"
AHEAD = "2026-06-01T00:00:00Z"
AFTER_THAT = "2026-07-01T00:00:00Z"


def take(
    db: Database, *entries: CleanEntry, at: str = NOW, document: str | None = None, live: bool = False
) -> None:
    poll = Poll(200) if live else None
    save(db, clean_feed(*entries, updated=document), url=URL, now=at, poll=poll)


def dates(db: Database) -> list[tuple[str, str, str | None]]:
    return db.execute("SELECT date, date_from, month FROM entries ORDER BY id").fetchall()


def undated(**values: str) -> CleanEntry:
    return clean_entry("1", published=None, **values)


def test_a_date_is_what_the_entry_says(db: Database) -> None:
    take(
        db,
        clean_entry("1", published="2025-05-01T00:00:00Z"),
        clean_entry("2", published=None, updated=EARLIER),
    )
    assert dates(db) == [("2025-05-01T00:00:00Z", "published", "2025-05"), (EARLIER, "updated", "2025-12")]


def test_an_undated_entry_takes_the_document_s_own_date(db: Database) -> None:
    take(db, undated(), document=EARLIER)
    assert dates(db) == [(EARLIER, "document", None)]


@pytest.mark.parametrize("document", [None, LATER, "1970-01-01T00:00:00Z"])
def test_else_it_has_the_date_on_which_it_was_seen(db: Database, document: str | None) -> None:
    take(db, undated(), document=document)
    assert dates(db) == [(NOW, "seen", None)]


def test_a_later_document_does_not_date_an_undated_entry_again(db: Database) -> None:
    take(db, undated())
    take(db, undated(title="Another"), at=AFTER_THAT, document=AHEAD, live=True)
    assert dates(db) == [(NOW, "seen", None)]


def test_an_earlier_document_dates_an_undated_entry(db: Database) -> None:
    take(db, undated(), at=LATER)
    take(db, undated(), at=NOW, document=EARLIER)
    assert dates(db) == [(EARLIER, "document", None)]
    take(db, undated(), at=EARLIER)
    assert dates(db) == [(EARLIER, "document", None)]


def test_two_days_ahead_are_taken_for_a_wrong_clock(db: Database) -> None:
    take(
        db,
        clean_entry("1", published="2026-01-03T00:00:00Z"),
        clean_entry("2", published="2026-01-03T00:00:01Z"),
    )
    assert dates(db) == [("2026-01-03T00:00:00Z", "published", "2026-01"), (NOW, "seen", None)]
    assert [row["published"] for row in db["entries"].rows] == [
        "2026-01-03T00:00:00Z",
        "2026-01-03T00:00:01Z",
    ]


def test_what_was_dated_ahead_stays_where_it_was_seen(db: Database) -> None:
    take(db, clean_entry("1", published=AHEAD))
    take(db, clean_entry("1", published=AHEAD, title="Another"), at=AFTER_THAT, live=True)
    assert dates(db) == [(NOW, "seen", None)]
    take(db, clean_entry("1", published=AHEAD), at=EARLIER)
    assert dates(db) == [(EARLIER, "seen", None)]


def test_what_is_dated_anew_has_its_new_date(db: Database) -> None:
    take(db, clean_entry("1", published=AHEAD))
    take(db, clean_entry("1", published=EARLIER), at=LATER, live=True)
    assert dates(db) == [(EARLIER, "published", "2025-12")]


def test_an_entry_that_is_dated_later_on_has_that_date(db: Database) -> None:
    take(db, undated())
    take(db, clean_entry("1", published=EARLIER), at=LATER, live=True)
    assert dates(db) == [(EARLIER, "published", "2025-12")]


def test_a_date_that_was_ahead_of_an_earlier_document_is_no_date(db: Database) -> None:
    take(db, clean_entry("1", published=AHEAD), at=AFTER_THAT)
    assert dates(db) == [(AHEAD, "published", "2026-06")]
    take(db, clean_entry("1", published=AHEAD), at=NOW)
    assert dates(db) == [(NOW, "seen", None)]


def test_an_edit_of_an_entry_that_was_published_again_is_no_date_ahead(db: Database) -> None:
    take(db, clean_entry("1", published=EARLIER), at=NOW)
    take(db, clean_entry("1", published=AHEAD), at=AFTER_THAT, live=True)
    assert dates(db) == [(AHEAD, "published", "2026-06")]


def test_what_is_not_dated_is_not_taken_for_removed(db: Database) -> None:
    old = clean_entry("old", published="2025-01-01T00:00:00Z")
    take(db, old, undated(), clean_entry("2", published=AHEAD), live=True)
    take(db, old, at=LATER, live=True)
    assert [row["removed"] for row in db["entries"].rows] == [None, None, None]


def test_the_order_of_a_feed_s_dates_is_kept(db: Database) -> None:
    for order, kept in (("dmy", "dmy"), (None, "dmy"), ("mdy", "mdy")):
        save(db, clean_feed(date_order=order), url=URL, now=NOW)
        assert [row["date_order"] for row in db["feeds"].rows] == [kept]
