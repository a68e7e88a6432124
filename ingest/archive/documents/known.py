"""The documents that an archive has: the last of a feed, and those with the same bytes."""

from dataclasses import dataclass

from sqlite_utils import Database

from ingest.archive.documents.pack import PackedDocument
from ingest.base.reader import READER

_COLUMNS = "id, feed, at, sha256, reader, error, own_url"


@dataclass(frozen=True)
class KnownDocument:
    """A document that was received before. `error` says why it could not be read."""

    id: int
    feed: int
    at: str
    sha256: str
    reader: int
    error: str | None
    own_url: str | None

    def says_nothing_new(self, sha256: str) -> bool:
        """Whether a document with these bytes need be neither kept nor read, where this is its feed's last."""
        return self.sha256 == sha256 and self.reader == READER


def last_document(
    db: Database, feed_id: int, at: str | None = None, came: str | None = None
) -> KnownDocument | None:
    """The last document of a feed that was received until the time `at`, or ever; only of those that `came` so."""
    row = db.execute(
        f"""
        SELECT {_COLUMNS} FROM documents
        WHERE feed = :feed AND (:at IS NULL OR at <= :at) AND (:came IS NULL OR came = :came)
        ORDER BY at DESC, id DESC LIMIT 1
        """,  # noqa: S608
        {"feed": feed_id, "at": at, "came": came},
    ).fetchone()
    return KnownDocument(*row) if row else None


def same_bytes(db: Database, sha256: str) -> list[KnownDocument]:
    """All documents with these bytes, of any feed, by id."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM documents WHERE sha256 = ? ORDER BY id", (sha256,))  # noqa: S608
    return [KnownDocument(*row) for row in rows]


def known_or_new(db: Database, feed_id: int, document: PackedDocument | int) -> PackedDocument | int:
    """The document, or the row of its feed's last, where that has the same bytes: it may have come just before."""
    if isinstance(document, int):
        return document
    last = last_document(db, feed_id, document.at)
    return last.id if last and last.sha256 == document.sha256 else document
