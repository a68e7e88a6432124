"""When an entry was last in its feed, as saved documents that have a time of their own tell it, in any order."""

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.ingest.documents_written_here import item, rss
from tests.ingest.imports.importing_here import take_in
from tests.ingest.imports.test_known_documents import captures

DAYS = (1, 10, 20)


def day(number: int) -> str:
    return f"2020-01-{number:02}T00:00:00Z"


def growing(count: int) -> bytes:
    return rss(*(item(str(number)) for number in range(count, 0, -1)), url=None)


def last_seen(db: Database) -> dict[str, str]:
    return dict(db.execute("SELECT guid, last_seen FROM entries ORDER BY guid").fetchall())


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_an_entry_was_last_seen_by_the_latest_capture_that_has_it(
    db: Database, tmp_path: Path, order: Sequence[int]
) -> None:
    for number in order:
        take_in(db, captures(tmp_path / f"{number}.warc", (growing(number + 1), DAYS[number])))
    assert last_seen(db) == {"1": day(20), "2": day(20), "3": day(20)}


def test_an_entry_that_later_captures_lack_was_last_seen_before(db: Database, tmp_path: Path) -> None:
    take_in(
        db, captures(tmp_path / "c.warc", (growing(1), 1), (growing(2), 10), (rss(item("2"), url=None), 20))
    )
    assert last_seen(db) == {"1": day(10), "2": day(20)}


def test_a_file_without_a_time_tells_nothing_of_when_a_known_entry_was_last_seen(
    db: Database, tmp_path: Path
) -> None:
    take_in(db, captures(tmp_path / "c.warc", (growing(1), 1)))
    (tmp_path / "feed.xml").write_bytes(growing(2))
    take_in(db, tmp_path / "feed.xml", feed="https://a.example/feed", at=day(31))
    assert last_seen(db) == {"1": day(1), "2": day(31)}


def test_an_entry_in_the_last_fetched_document_stays_in_it(db: Database, tmp_path: Path) -> None:
    take_in(db, captures(tmp_path / "c.warc", (growing(2), 1)))
    db.execute("UPDATE feeds SET last_document = ?, window_document = ?", (day(1), day(1)))
    take_in(db, captures(tmp_path / "d.warc", (growing(3), 10)))
    assert last_seen(db) == {"1": day(1), "2": day(1), "3": day(10)}


def test_a_removal_says_when_its_entry_was_last_seen_before_in_any_order(
    db: Database, tmp_path: Path
) -> None:
    take_in(db, captures(tmp_path / "c.warc", (growing(1), 1)))
    db.execute("UPDATE entries SET removed = ?", (day(20),))
    db.execute("INSERT INTO removals (entry, last_seen, removed) VALUES (1, ?, ?)", (day(1), day(20)))
    take_in(db, captures(tmp_path / "d.warc", (growing(2), 10)))
    assert db.execute("SELECT last_seen, returned FROM removals").fetchall() == [(day(10), None)]
