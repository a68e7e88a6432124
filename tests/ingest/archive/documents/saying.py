"""Documents of one feed for tests, given by their entries, and what an archive knows of who said what."""

from typing import Any

from sqlite_utils import Database

from ingest.archive.documents.warc.pack import PackedDocument, pack
from ingest.archive.polls import Poll
from ingest.archive.save import save, save_reread
from ingest.archive.saving.outcome import Reread, Saved
from ingest.base.models import CleanEntry, ReceivedDocument
from tests.ingest.values import clean_feed

URL = "https://example.org/feed.xml"


def packed(at: str, body: object = "") -> PackedDocument:
    return pack(ReceivedDocument(repr((at, body)).encode(), at, URL, "import"), URL)


def say(db: Database, at: str, *entries: CleanEntry, poll: bool = False, reader: int = 1) -> Saved:
    """Save a document with these entries that was received at this time."""
    return save(
        db,
        clean_feed(*entries),
        url=URL,
        now=at,
        poll=Poll(status=200) if poll else None,
        document=packed(at, entries),
        reader=reader,
    )


def read_again(db: Database, document: int, *entries: CleanEntry, reader: int = 2, **feed: Any) -> Reread:
    """Save what another reader reads in a document of before."""
    return save_reread(db, 1, document, clean_feed(*entries, **feed), reader)


def who_said(db: Database, entry: int = 1) -> tuple[int | None, ...]:
    """The first and last document that said the entry as it stands, the one it was read from, and its reader."""
    [row] = db.execute(
        "SELECT document, last_document, read_from, reader FROM entry_documents WHERE entry = ?", (entry,)
    ).fetchall()
    return tuple(row)


def texts(db: Database) -> list[str]:
    return [row["text"] for row in db["contents"].rows]


def revisions(db: Database, kind: str) -> list[tuple[Any, ...]]:
    """Text, first and last document of the revisions of a kind."""
    return db.execute(
        "SELECT text, document, last_document FROM revisions WHERE kind = ? ORDER BY id", (kind,)
    ).fetchall()
