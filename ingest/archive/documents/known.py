"""The documents that an archive has: the last of a feed, those with the same bytes, those that are to be read again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from ingest.base.models import READER, DateOrder

_COLUMNS = "id, feed, at, sha256, reader, error, own_url, damage"


@dataclass(frozen=True)
class KnownDocument:
    """A document that was received before. `error` says why it could not be read, `damage` why only in part."""

    id: int
    feed: int
    at: str
    sha256: str
    reader: int
    error: str | None
    own_url: str | None
    damage: str | None = None

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
    """All documents with these bytes, of any feed that is there, by id."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM documents WHERE sha256 = ? AND feed IS NOT NULL ORDER BY id",  # noqa: S608
        (sha256,),
    )
    return [KnownDocument(*row) for row in rows]


# A later document with the same bytes has no bytes of its own.
_KEPT = """
(file IS NOT NULL OR EXISTS (
    SELECT 1 FROM documents AS same WHERE same.sha256 = documents.sha256 AND same.file IS NOT NULL
))
"""
_WANTED = """
feed IS NOT NULL AND (:feeds IS NULL OR feed IN (SELECT value FROM json_each(:feeds)))
AND (:since IS NULL OR at >= :since)
"""


@dataclass(frozen=True)
class WantedDocuments:
    """Of which feeds documents are wanted (None: of all), and since when: "2025-03" is the beginning of a time."""

    feeds: Sequence[int] | None = None
    since: str | None = None

    def parameters(self) -> dict[str, str | None]:
        return {"feeds": None if self.feeds is None else json.dumps(list(self.feeds)), "since": self.since}


@dataclass(frozen=True)
class OutdatedDocument:
    """A document that is to be read again, as it was given to the reader, but for its body."""

    id: int
    feed: int
    feed_url: str
    at: str
    size: int  # bytes
    content_type: str | None
    final_url: str
    date_order: DateOrder | None  # of its feed


@dataclass(frozen=True)
class DocumentCounts:
    """How many documents there are, and of how many that another version has read the bytes are not kept."""

    documents: int
    without_bytes: int


def outdated_documents(db: Database, reader: int, wanted: WantedDocuments) -> list[int]:
    """The ids of kept documents that another version than `reader` has read, in order of time."""
    rows = db.execute(
        f"SELECT id FROM documents WHERE reader != :reader AND {_WANTED} AND {_KEPT} ORDER BY at, id",  # noqa: S608
        {"reader": reader, **wanted.parameters()},
    )
    return [document_id for (document_id,) in rows]


def outdated_document(db: Database, document_id: int, reader: int) -> OutdatedDocument | None:
    """A document that another version than `reader` has read; None where there is none any more."""
    row = db.execute(
        """
        SELECT documents.id, feed, feeds.url, at, bytes, content_type, final_url, date_order
        FROM documents JOIN feeds ON feeds.id = feed WHERE documents.id = ? AND reader != ?
        """,
        (document_id, reader),
    ).fetchone()
    return OutdatedDocument(*row) if row else None


def count_documents(db: Database, reader: int, wanted: WantedDocuments) -> DocumentCounts:
    [(documents, without_bytes)] = db.execute(
        f"""
        SELECT count(*), count(*) FILTER (WHERE reader != :reader AND NOT {_KEPT})
        FROM documents WHERE {_WANTED}
        """,  # noqa: S608
        {"reader": reader, **wanted.parameters()},
    ).fetchall()
    return DocumentCounts(documents, without_bytes)
