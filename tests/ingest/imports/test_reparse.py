"""Kept documents are read again by another version of the reader: what it reads more or otherwise is no edit."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.documents.keep import keep_document
from ingest.archive.documents.known import WantedDocuments, outdated_documents
from ingest.archive.documents.warc.pack import pack
from ingest.archive.feed_changes.edit import FeedEdit, edit_feed
from ingest.archive.file.opening import transaction
from ingest.archive.save import save
from ingest.base.models import READER, CleanFeed, NotAFeed, ReceivedDocument
from ingest.imports import reparse as reparse_module
from ingest.imports.reparse import AHEAD, DocumentReader, Reparsed, reparse
from ingest.workers.parse_pool import parse_and_clean
from tests.ingest.documents_written_here import item, rss
from tests.ingest.imports.another_reader import (
    VERSION,
    AnotherReader,
    Change,
    cuts_the_text,
    reads_more,
    retitles,
)

FEED = "https://blog.example.org/feed.xml"
TIMES = [f"2026-01-{day:02}T00:00:00Z" for day in range(1, 29)]
REVISIONS = "SELECT kind, text FROM revisions ORDER BY id"


def keep(db: Database, body: bytes, at: str = TIMES[0], url: str = FEED) -> None:
    """Save and keep a document, as this version reads it."""
    document = ReceivedDocument(body, at, url, "import", content_type="application/rss+xml")
    save(db, parse_and_clean(body, "application/rss+xml", url), url=url, now=at, document=pack(document, url))


@pytest.fixture
def archive(db: Database, tmp_path: Path) -> Path:
    """An archive with a document that has two entries."""
    keep(db, rss(item("1", "Some text that is long."), item("2")))
    return tmp_path / "archive.db"


@pytest.fixture(autouse=True)
def another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reparse_module, "READER", VERSION)


async def read_again(
    db: Database, archive: Path, reader: Change | DocumentReader, dry_run: bool = False
) -> Sequence[Reparsed]:
    """Read all documents again that another version has read."""
    documents = outdated_documents(db, VERSION, WantedDocuments())
    pool = AnotherReader(reader) if callable(reader) else reader
    return [result async for result in reparse(archive, documents, pool, dry_run)]


def rows(db: Database, query: str) -> list[tuple[Any, ...]]:
    return db.execute(query).fetchall()


def dump(db: Database) -> list[str]:
    return list(db.conn.iterdump())


async def test_a_field_that_is_read_more_is_there_and_no_edit_is_claimed(db: Database, archive: Path) -> None:
    await read_again(db, archive, reads_more)
    assert rows(db, "SELECT image_url FROM entries WHERE guid = '1'") == [
        ("https://blog.example.org/1/picture.png",)
    ]
    assert rows(db, REVISIONS) == []


async def test_a_text_that_is_cut_is_kept_as_it_was_read_before(db: Database, archive: Path) -> None:
    await read_again(db, archive, cuts_the_text)
    assert rows(db, "SELECT text FROM contents") == [("Some",), ("Some",)]
    assert rows(db, REVISIONS) == [("reading", "Some text that is long."), ("reading", "Some text.")]


async def test_a_title_that_is_read_otherwise_takes_the_place_of_the_former(
    db: Database, archive: Path
) -> None:
    await read_again(db, archive, retitles)
    assert rows(db, "SELECT title FROM entries") == [("On: Post 1",), ("On: Post 2",)]
    assert rows(db, REVISIONS) == []


@pytest.mark.parametrize("change", [reads_more, cuts_the_text, retitles])
async def test_nothing_is_read_twice(db: Database, archive: Path, change: Change) -> None:
    await read_again(db, archive, change)
    before = dump(db)
    reader = AnotherReader(change)
    assert await read_again(db, archive, reader) == []
    assert (reader.bodies, dump(db)) == ([], before)


async def test_what_is_known_by_and_what_was_said_of_it_stays(db: Database, archive: Path) -> None:
    edit_feed(db, 1, FeedEdit(title="My blog", folder="Friends", note="A note", state="paused"), TIMES[0])
    known = "SELECT id, guid, first_seen, last_seen FROM entries"
    said = "SELECT title, own_title, folder, note, state, added FROM feeds"
    before = (rows(db, known), rows(db, said))
    await read_again(db, archive, cuts_the_text)
    assert (rows(db, known), rows(db, said)) == before


async def test_edits_of_the_publisher_stay(db: Database, archive: Path) -> None:
    keep(db, rss(item("1", "Corrected by its author.")), TIMES[1])
    edits = "SELECT * FROM revisions WHERE kind = 'edit'"
    before = rows(db, edits)
    assert len(before) == 1
    await read_again(db, archive, reads_more)
    assert rows(db, edits) == before
    assert rows(db, "SELECT text FROM contents WHERE entry = 1") == [("Corrected by its author.",)]


async def test_an_entry_that_only_this_version_finds_was_first_seen_with_its_document(
    db: Database, archive: Path
) -> None:
    class FindsMore(AnotherReader):
        async def read(self, body: bytes, *_: Any) -> CleanFeed:
            return parse_and_clean(
                body.replace(b"</channel>", item("3").encode() + b"</channel>"), None, FEED
            )

    await read_again(db, archive, FindsMore())
    assert rows(db, "SELECT guid, first_seen FROM entries WHERE id = 3") == [("3", TIMES[0])]


async def test_documents_are_read_in_order_of_time(db: Database, archive: Path) -> None:
    bodies = [rss(item(str(number))) for number in range(3)]
    for body, at in zip(bodies, [TIMES[5], TIMES[3], TIMES[4]], strict=True):
        keep(db, body, at)
    reader = AnotherReader(reads_more)
    await read_again(db, archive, reader)
    assert reader.bodies[1:] == [bodies[1], bodies[2], bodies[0]]


async def test_a_document_is_given_to_the_reader_as_at_first(db: Database, archive: Path) -> None:
    given = []

    class Notes(AnotherReader):
        async def read(self, *document: Any) -> CleanFeed:
            given.append(document)
            return await super().read(*document)

    await read_again(db, archive, Notes())
    assert given == [
        (rss(item("1", "Some text that is long."), item("2")), "application/rss+xml", FEED, None)
    ]


async def test_a_dry_run_finds_the_same_and_changes_nothing(db: Database, archive: Path) -> None:
    keep(db, rss(item("1", "Some text that is long."), item("3")), TIMES[1])
    before = dump(db)
    dry = await read_again(db, archive, cuts_the_text, dry_run=True)
    assert dump(db) == before
    assert [bool(result.reread) for result in dry] == [True, True]


async def test_what_cannot_be_read_any_more_is_named_once_and_stays_as_it_was(
    db: Database, archive: Path
) -> None:
    class ReadsNothing(AnotherReader):
        async def read(self, *_: Any) -> CleanFeed:
            raise NotAFeed("it is no feed.")

    before = rows(db, "SELECT * FROM entries")
    [result] = await read_again(db, archive, ReadsNothing())
    assert result.problem
    assert (result.problem.name, result.problem.why) == (
        f"document 1 of {FEED}, {TIMES[0]}",
        "it is no feed.",
    )
    assert rows(db, "SELECT reader, error FROM documents") == [(VERSION, "it is no feed.")]
    assert rows(db, "SELECT * FROM entries") == before
    assert await read_again(db, archive, ReadsNothing()) == []


async def test_what_the_former_version_could_not_read_is_read(db: Database, archive: Path) -> None:
    document = ReceivedDocument(rss(item("3")), TIMES[1], FEED, "poll")
    with transaction(db):
        keep_document(db, 1, pack(document, FEED), None, error="it is no feed.")
    await read_again(db, archive, reads_more)
    assert rows(db, "SELECT guid, first_seen FROM entries WHERE id = 3") == [("3", TIMES[1])]
    assert rows(db, "SELECT reader, error FROM documents") == [(VERSION, None)] * 2


async def test_what_fails_otherwise_is_named_and_tried_again_the_next_time(
    db: Database, archive: Path
) -> None:
    class Fails(AnotherReader):
        async def read(self, *_: Any) -> CleanFeed:
            raise ValueError("a mistake")

    for _ in range(2):
        [result] = await read_again(db, archive, Fails())
        assert result.problem and "nobody foresaw (ValueError: a mistake)" in result.problem.why
    await read_again(db, archive, reads_more)
    assert rows(db, "SELECT count(*) FROM entries WHERE image_url IS NOT NULL") == [(2,)]


async def test_without_its_bytes_a_document_is_named_and_the_rest_goes_on(
    db: Database, archive: Path
) -> None:
    keep(db, rss(item("3")), TIMES[1])
    db.execute("UPDATE documents SET file = 'feedsette-20200101000000-00009.warc.gz' WHERE id = 1")
    db.conn.commit()
    missing, read = await read_again(db, archive, reads_more)
    assert missing.problem and missing.problem.name.startswith("document 1 of ")
    assert read.reread and rows(db, "SELECT reader FROM documents") == [(READER,), (VERSION,)]


async def test_what_another_process_has_read_meanwhile_is_not_saved_again(
    db: Database, archive: Path
) -> None:
    class Slow(AnotherReader):
        async def read(self, *document: Any) -> CleanFeed:
            with db.conn:
                db.execute("UPDATE documents SET reader = ?", [VERSION])
            return await super().read(*document)

    assert await read_again(db, archive, Slow()) == [Reparsed(1)]
    assert rows(db, "SELECT count(image_url) FROM entries") == [(0,)]


@pytest.mark.parametrize(("bound", "most"), [(10**9, AHEAD), (1, 1)])
async def test_some_documents_are_read_at_once_but_not_all(
    db: Database, archive: Path, bound: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reparse_module, "AHEAD_BYTES", bound)
    for number, at in enumerate(TIMES[1:]):
        keep(db, rss(item(f"more-{number}")), at)
    at_once: list[int] = []

    class Counts(AnotherReader):
        reading = 0

        async def read(self, *document: Any) -> CleanFeed:
            self.reading += 1
            at_once.append(self.reading)
            await asyncio.sleep(0)
            self.reading -= 1
            return await super().read(*document)

    await read_again(db, archive, Counts())
    assert max(at_once) == most
