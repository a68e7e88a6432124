"""A document as it was received: what is known of it, its bytes, and which documents said an entry."""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize
from urllib.parse import urlsplit

from ingest.archive.documents.read_back import BytesMissing, document_body
from ingest.archive.names import FEED_NAME
from ingest.pages.rows import value_of

LONGEST_NAME = 60  # characters of a feed's name in that of a file
_NEVER_KEPT = "The bytes of this document are not kept: when it came, documents were not to be kept."
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)


@dataclass(frozen=True)
class ShownDocument:
    """A document. `is_kept` is whether its bytes are, with it or with another of the same."""

    id: int
    feed_id: int | None  # None where the feed was deleted
    feed: str  # its title, or its address
    title: str | None  # of the feed
    host: str  # of the feed; empty where it is a file
    at: str
    sha256: str
    size: int
    content_type: str | None
    came: str
    name: str | None
    error: str | None
    is_kept: bool

    def file_name(self, body: bytes) -> str:
        """A safe name to save its bytes under."""
        name = _ascii_words(self.title or "") or _ascii_words(self.host) or "document"
        return f"{name}-{self.id}{_ending(body)}"


@dataclass(frozen=True)
class MissingBytes:
    """Why the bytes of a document cannot be had, as a sentence for the user."""

    why: str


@dataclass(frozen=True)
class SayingDocuments:
    """The first and the last document that said a version of an entry, as far as there are any."""

    first: ShownDocument
    last: ShownDocument


def since(earliest: SayingDocuments | None, latest: SayingDocuments | None) -> SayingDocuments | None:
    """The documents of a version that said it, or what reads the same, from the first of them on."""
    said = [one for one in (earliest, latest) if one]
    return SayingDocuments(said[0].first, said[-1].last) if said else None


def has_documents(connection: sqlite3.Connection) -> bool:
    """Whether an archive has the table; one of an older release that nobody has written to since has not."""
    row = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'documents'"
    ).fetchone()
    return row is not None


def load_document(connection: sqlite3.Connection, id: int) -> ShownDocument | None:
    """A document by its number; None where there is none."""
    return _load_documents(connection, [id]).get(id)


def load_body(connection: sqlite3.Connection, id: int) -> bytes | MissingBytes:
    """The bytes of a document after decompression."""
    [(path,)] = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchall()
    try:
        return document_body(connection, Path(path), id)
    except BytesMissing as missing:
        return MissingBytes(_NEVER_KEPT if _was_never_kept(connection, id) else str(missing))


def _was_never_kept(connection: sqlite3.Connection, id: int) -> bool:
    """Whether a document's bytes cannot have been freed: those that said a version first or last never are."""
    document = load_document(connection, id)
    if document is None or document.is_kept:
        return False
    said = connection.execute(
        """
        SELECT 1 FROM entry_documents WHERE document = :id
        UNION ALL SELECT 1 FROM entry_documents WHERE last_document = :id
        UNION ALL SELECT 1 FROM revisions WHERE document = :id
        UNION ALL SELECT 1 FROM revisions WHERE last_document = :id
        """,
        {"id": id},
    )
    return said.fetchone() is not None


def load_version_documents(
    connection: sqlite3.Connection, entry_id: int, revisions: Iterable[int] = ()
) -> Mapping[int | None, SayingDocuments] | None:
    """Which documents said the present version of an entry (None), and those revisions, by number.

    What was saved before documents were kept is not among them. None in an archive of a release that kept none.
    """
    if not has_documents(connection):
        return None
    rows = connection.execute(
        """
        SELECT NULL, document, last_document FROM entry_documents WHERE entry = :entry
        UNION ALL
        SELECT id, document, last_document FROM revisions
        WHERE entry = :entry AND id IN (SELECT value FROM json_each(:revisions))
        """,
        {"entry": entry_id, "revisions": json.dumps([*revisions])},
    ).fetchall()
    found = _load_documents(connection, {number for _, *numbers in rows for number in numbers if number})
    said_by: dict[int | None, SayingDocuments] = {}
    for revision, *numbers in rows:
        documents = [found[number] for number in numbers if number in found]
        if documents:
            said_by[revision] = SayingDocuments(documents[0], documents[-1])
    return said_by


def _load_documents(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, ShownDocument]:
    if not has_documents(connection):
        return {}
    rows = connection.execute(
        f"""
        SELECT documents.id, documents.feed, {FEED_NAME}, feeds.title, feeds.url, documents.at, documents.sha256,
            documents.bytes, documents.content_type, documents.came, documents.name, documents.error,
            EXISTS (
                SELECT 1 FROM documents AS other WHERE other.sha256 = documents.sha256 AND other.file IS NOT NULL
            )
        FROM documents LEFT JOIN feeds ON feeds.id = documents.feed
        WHERE documents.id IN (SELECT value FROM json_each(?))
        """,
        [json.dumps([*numbers])],
    )
    return {row[0]: value_of(ShownDocument, (*row[:4], _host(row[4]), *row[5:])) for row in rows}


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def _ascii_words(text: str) -> str:
    """Letters and digits of a text, in lower case, with a hyphen between words: safe in a header and as a file."""
    plain = normalize("NFKD", text[: 4 * LONGEST_NAME]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].rstrip("-")


def _ending(body: bytes) -> str:
    """.xml, .json or .txt, by how a document begins; the last for HTML too, so that no program renders it."""
    start = body[:400]
    for mark in _BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    start = start.replace(b"\0", b"").lstrip()
    if start.startswith(b"{"):
        return ".json"
    return ".xml" if start.startswith(b"<") and not _HTML.search(start) else ".txt"
