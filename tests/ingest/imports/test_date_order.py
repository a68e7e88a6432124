"""The order of day and month in a feed's dates is kept, so that no date changes with what else a document holds."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.documents.known import WantedDocuments, outdated_documents
from ingest.archive.documents.warc.pack import pack
from ingest.archive.save import save
from ingest.archive.subscriptions import subscription
from ingest.base.models import CleanFeed, DateOrder, ReceivedDocument
from ingest.imports import reparse as reparse_module
from ingest.imports.reparse import reparse
from ingest.poll.judge import judge, read_judged
from ingest.workers.parse_pool import ParsePool, parse_and_clean
from tests.ingest.imports.importing_here import take_in
from tests.ingest.poll.test_outcome import response

FEED = "https://blog.example.org/feed.xml"
PROVES_DAY_FIRST, OPEN, PROVES_MONTH_FIRST = "17/01/2026", "06/01/2026", "01/18/2026"


def document(*dates: str) -> bytes:
    items = "".join(
        f"<item><guid>{date}</guid><title>t</title><pubDate>{date}</pubDate></item>" for date in dates
    )
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>A blog</title>'
        f'<atom:link rel="self" href="{FEED}"/><language>en-US</language>{items}</channel></rss>'
    ).encode()


class InThisProcess(ParsePool):
    async def read(
        self,
        body: bytes,
        content_type: str | None = None,
        url: str | None = None,
        date_order: DateOrder | None = None,
    ) -> CleanFeed:
        return parse_and_clean(body, content_type, url, date_order)


def published(db: Database, guid: str = OPEN) -> str:
    [(date,)] = db.execute("SELECT published FROM entries WHERE guid = ?", [guid]).fetchall()
    return str(date)


def test_imported_documents_are_read_in_the_order_that_an_earlier_one_proved(
    db: Database, tmp_path: Path
) -> None:
    for name, dates in (("1.xml", [PROVES_DAY_FIRST]), ("2.xml", [OPEN])):
        (tmp_path / name).write_bytes(document(*dates))
        take_in(db, tmp_path / name)
    assert published(db) == "2026-01-06T00:00:00Z"


def test_the_order_changes_where_a_document_proves_it_wrong(db: Database, tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(document(PROVES_DAY_FIRST))
    (tmp_path / "2.xml").write_bytes(document(OPEN, PROVES_MONTH_FIRST))
    take_in(db, tmp_path / "1.xml", tmp_path / "2.xml")
    assert published(db) == "2026-06-01T00:00:00Z"
    assert [row["date_order"] for row in db["feeds"].rows] == ["mdy"]


def test_a_polled_document_is_read_in_the_order_of_its_feed(db: Database) -> None:
    saved = save(db, parse_and_clean(document(PROVES_DAY_FIRST)), url=FEED, now="2026-01-20T00:00:00Z")
    feed = subscription(db, saved.feed)
    assert feed
    judged = judge(response(body=document(OPEN)), feed, datetime(2026, 1, 21, tzinfo=UTC))
    read = asyncio.run(read_judged(judged, feed, InThisProcess()))
    assert read.clean_feed and read.clean_feed.entries[0].published == "2026-01-06T00:00:00Z"


def test_documents_that_are_read_again_are_read_in_the_order_that_an_earlier_one_proves(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, date in ((20, PROVES_DAY_FIRST), (21, OPEN)):
        body, at = document(date), f"2026-01-{day}T00:00:00Z"
        kept = pack(ReceivedDocument(body, at, FEED, "import"), FEED)
        save(db, parse_and_clean(body), url=FEED, now=at, document=kept)
    db.execute("UPDATE feeds SET date_order = NULL")
    db.conn.commit()
    monkeypatch.setattr(reparse_module, "READER", 99)

    async def run() -> None:
        again = outdated_documents(db, 99, WantedDocuments())
        assert [
            result.problem async for result in reparse(tmp_path / "archive.db", again, InThisProcess())
        ] == [None] * 2

    assert published(db) == "2026-06-01T00:00:00Z"
    asyncio.run(run())
    assert published(db) == "2026-01-06T00:00:00Z"
