"""Kept documents are read again to prove what an earlier release marked as removed."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.documents.warc.pack import pack
from ingest.archive.polls import Poll, record_poll
from ingest.archive.save import save
from ingest.base.models import ReceivedDocument
from ingest.imports.prove_removals import ProvenMarks, prove_removals
from ingest.workers.parse_pool import parse_and_clean
from tests.ingest.documents_written_here import item, rss
from tests.ingest.imports.another_reader import AnotherReader

URL = "https://blog.example.org/feed.xml"
TEN, ELEVEN, TWELVE, ONE = (f"2026-02-01T{hour}:00:00Z" for hour in (10, 11, 12, 13))
ROWS = "SELECT entry, last_seen, missing_since, looks, removed, returned, rule FROM removals"


def dated(day: int) -> str:
    return item(str(day)).replace("Sun, 01 Jun", f"{day:02} Jun")


def poll(db: Database, at: str, *days: int) -> None:
    """Save and keep a document as a poll does."""
    body = rss(*map(dated, days))
    document = pack(ReceivedDocument(body, at, URL, "poll", content_type="application/rss+xml"), URL)
    save(db, parse_and_clean(body, None, URL), url=URL, now=at, poll=Poll(200), document=document)


def mark_as_before(db: Database, day: int, at: str) -> None:
    """As an earlier release did, which knew of no rule."""
    db.execute("DELETE FROM removals")
    db.execute(
        "UPDATE entries SET removed = ?, missing_since = NULL, looks = NULL WHERE guid = ?", (at, str(day))
    )


@pytest.fixture
def archive(db: Database, tmp_path: Path) -> Path:
    """An archive of before whose feed lost an entry, as two documents show."""
    for at, *days in ((TEN, 3, 2, 1), (ELEVEN, 3, 1), (TWELVE, 4, 3, 1)):
        poll(db, at, *days)
    mark_as_before(db, 2, ELEVEN)
    return tmp_path / "archive.db"


async def prove(archive: Path, dry_run: bool = False) -> ProvenMarks:
    return await prove_removals(archive, AnotherReader(lambda feed: feed), dry_run=dry_run)


async def test_what_two_documents_show_is_proven_and_stays_found_when_it_was(
    db: Database, archive: Path
) -> None:
    assert await prove(archive) == ProvenMarks(1, 1)
    assert db.execute(ROWS).fetchall() == [(2, TEN, ELEVEN, 2, ELEVEN, None, "order")]
    assert await prove(archive) == ProvenMarks()


async def test_a_dry_run_stores_nothing(db: Database, archive: Path) -> None:
    assert await prove(archive, dry_run=True) == ProvenMarks(1, 1)
    assert db.execute(ROWS).fetchall() == []


async def test_what_the_documents_do_not_show_stays_unproven(db: Database, archive: Path) -> None:
    poll(db, ONE, 4, 3)
    mark_as_before(db, 1, ONE)
    assert await prove(archive) == ProvenMarks(2, 1)
    assert db.execute("SELECT entry FROM removals").fetchall() == [(2,)]
    assert db.execute("SELECT removed FROM entries WHERE guid = '1'").fetchall() == [(ONE,)]


async def test_without_their_bytes_documents_prove_nothing(db: Database, archive: Path) -> None:
    db.execute("UPDATE documents SET file = NULL WHERE id = 2")
    assert await prove(archive) == ProvenMarks(1, 0)


async def test_a_poll_that_confirmed_the_document_is_a_look(db: Database, tmp_path: Path) -> None:
    poll(db, TEN, 3, 2, 1)
    poll(db, ELEVEN, 3, 1)
    record_poll(db, 1, Poll(304), TWELVE, document=2)
    mark_as_before(db, 2, ELEVEN)
    assert await prove(tmp_path / "archive.db") == ProvenMarks(1, 1)
