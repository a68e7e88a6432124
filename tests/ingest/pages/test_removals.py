import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.pages.feed import summarise
from ingest.pages.listing import items_of
from ingest.pages.removals import Removal, Removals, load_removals
from tests.ingest.archive.file.test_old_archives import restored
from tests.ingest.values import clean_entry, clean_feed

TEN, ELEVEN, TWELVE, ONE = (f"2025-02-01T{time}:00Z" for time in ("10:00", "11:00", "12:00", "13:00"))
ALL, WITHOUT = (3, 2, 1), (3, 1)


def removals_after(db: Database, *documents: tuple[int, ...]) -> Removals:
    """What is known of entry 2 after these documents, one each hour."""
    for now, days in zip((TEN, ELEVEN, TWELVE, ONE), documents, strict=False):
        entries = [clean_entry(str(day), published=f"2025-01-{day:02}T00:00:00Z") for day in days]
        save(db, clean_feed(*entries), url="https://example.org/feed", now=now, poll=Poll(200))
    [(id,)] = db.execute("SELECT id FROM entries WHERE guid = '2'").fetchall()
    return load_removals(db.conn, id)


def test_what_is_there_was_never_removed(db: Database) -> None:
    assert removals_after(db, ALL) == Removals()


def test_what_one_document_lacks_is_missing(db: Database) -> None:
    assert removals_after(db, ALL, WITHOUT) == Removals(missing_since=ELEVEN)


def test_what_is_removed_says_how_that_is_known(db: Database) -> None:
    found = removals_after(db, ALL, WITHOUT, WITHOUT)
    assert found == Removals(Removal(TEN, TWELVE, None, "order"))


def test_that_it_came_back_is_told(db: Database) -> None:
    found = removals_after(db, ALL, WITHOUT, WITHOUT, ALL)
    assert found == Removals(before=(Removal(TEN, TWELVE, ONE, "order"),))


@pytest.mark.parametrize("older", [False, True])
def test_a_mark_of_an_earlier_release_is_not_proven(db: Database, older: bool) -> None:
    removals_after(db, ALL)
    db.execute("UPDATE entries SET removed = ? WHERE guid = '2'", (ELEVEN,))
    if older:
        db["removals"].drop()
    assert removals_after(db) == Removals(Removal(TEN, ELEVEN, None, None))


def test_in_a_list_and_a_count_too_what_is_not_proven_says_so(db: Database) -> None:
    removals_after(db, ALL, WITHOUT, WITHOUT)
    db.execute("UPDATE entries SET removed = ? WHERE guid = '1'", (ELEVEN,))
    shown = {item.title: item.removal_is_proven for item in items_of(db.conn, [1, 2, 3])}
    assert shown == {"Title of 3": False, "Title of 2": True, "Title of 1": False}
    summary = summarise(db.conn, 1, "2030-01-01")
    assert (summary.removed, summary.unproven) == (2, 1)


def test_in_a_list_of_an_archive_of_an_older_release_nothing_is_proven(tmp_path: Path) -> None:
    with closing(sqlite3.connect(restored(16, tmp_path / "old.db"))) as connection:
        connection.execute("UPDATE entries SET removed = ?", (ELEVEN,))
        ids = [id for (id,) in connection.execute("SELECT id FROM entries LIMIT 3")]
        assert {item.removal_is_proven for item in items_of(connection, ids)} == {False}
