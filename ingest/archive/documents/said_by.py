"""Which documents said a version of an entry: the first, the last, and the one that its stored form was read from."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple

from sqlite_utils import Database

from ingest.archive.documents.same_entries import SaidEntry
from ingest.archive.file.opening import transaction
from ingest.archive.identity.aliases import MOST_ALIASES
from ingest.archive.identity.guids import Stored
from ingest.base.models import FIRST_READER, NO_READER


class DocumentTime(NamedTuple):
    """A document by when it was received, in which order documents of a feed stand."""

    at: str
    id: int


@dataclass(frozen=True)
class SaidBy:
    """The documents that said a version as it stands. None where they were not kept."""

    first: DocumentTime | None = None
    last: DocumentTime | None = None
    read_from: DocumentTime | None = None
    reader: int = FIRST_READER  # the version of the reading that read it

    def begins_or_ends_with(self, document: DocumentTime) -> bool:
        return document in (self.first, self.last, self.read_from)

    def spans(self, document: DocumentTime) -> bool:
        return bool(self.first and self.last and self.first <= document <= self.last)

    def ends_before(self, document: DocumentTime) -> bool:
        """Whether no later document than this is known to have said it."""
        return self.last is not None and self.last <= document

    def ends_after(self, document: DocumentTime) -> bool:
        return self.last is not None and document < self.last

    def was_read_later(self, document: DocumentTime, reader: int) -> bool:
        """Whether this reader has read it from a later document."""
        return self.reader == reader and self.read_from is not None and document < self.read_from


def said_first_by(document: DocumentTime | None, reader: int) -> SaidBy:
    return SaidBy(document, document, document, reader)


def also_said_by(said_by: SaidBy, document: DocumentTime | None, reader: int) -> SaidBy:
    """The same with a document more, whatever its time, in which `reader` read the version as it is stored."""
    if document is None:
        return said_by if said_by.reader == reader else SaidBy(said_by.first, said_by.last, None, reader)
    read_from = document
    if said_by.was_read_later(document, reader):
        read_from = said_by.read_from or document
    first, last = min(said_by.first or document, document), max(said_by.last or document, document)
    return SaidBy(first, last, read_from, reader)


class Said(Enum):
    """What a document that was read before said then of an entry."""

    THE_PRESENT = auto()
    AN_EARLIER_VERSION = auto()
    NOTHING_KNOWN = auto()


def said_then(document: DocumentTime, present: SaidBy, earlier: Sequence[SaidBy]) -> Said:
    """Which version of an entry a document said when it was read before, by what is known of each version.

    The first and last documents of a version are known to have said it, which goes before lying between them.
    """
    if present.begins_or_ends_with(document):
        return Said.THE_PRESENT
    if any(version.begins_or_ends_with(document) for version in earlier):
        return Said.AN_EARLIER_VERSION
    if present.spans(document):
        return Said.THE_PRESENT
    if any(version.spans(document) for version in earlier):
        return Said.AN_EARLIER_VERSION
    return Said.NOTHING_KNOWN


def document_time(db: Database, document_id: int) -> DocumentTime:
    [(at,)] = db.execute("SELECT at FROM documents WHERE id = ?", (document_id,)).fetchall()
    return DocumentTime(at, document_id)


def was_read(db: Database, document_id: int) -> bool:
    """Whether a kept document was read before: one that was taken up need not have been."""
    [(reader,)] = db.execute("SELECT reader FROM documents WHERE id = ?", (document_id,)).fetchall()
    return int(reader) != NO_READER


def is_of_file(db: Database, document_id: int) -> bool:
    """Whether a kept document was a file, whose time is when it was imported, and not when it was said."""
    [(url,)] = db.execute("SELECT final_url FROM documents WHERE id = ?", (document_id,)).fetchall()
    return str(url).startswith("file:")


def time_of(at: str | None, document_id: int | None) -> DocumentTime | None:
    """The values of a row that may have no document."""
    return DocumentTime(at, document_id) if at is not None and document_id is not None else None


def load_said_by(db: Database, entry_id: int) -> SaidBy:
    """Which documents said the present version of an entry."""
    found = db.execute(
        """
        SELECT first.at, document, last.at, last_document, source.at, read_from, said.reader
        FROM entry_documents AS said
        LEFT JOIN documents AS first ON first.id = document
        LEFT JOIN documents AS last ON last.id = last_document
        LEFT JOIN documents AS source ON source.id = read_from
        WHERE entry = ?
        """,
        (entry_id,),
    ).fetchone()
    if found is None:
        return SaidBy()
    return SaidBy(time_of(*found[:2]), time_of(*found[2:4]), time_of(*found[4:6]), found[6])


def store_said_by(db: Database, entry_id: int, said_by: SaidBy) -> None:
    """Store which documents said the present version of an entry."""
    first, last, read_from = said_by.first, said_by.last, said_by.read_from
    db.execute(
        """
        INSERT INTO entry_documents (entry, document, last_document, read_from, reader) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (entry) DO UPDATE SET
            document = excluded.document, last_document = excluded.last_document,
            read_from = excluded.read_from, reader = excluded.reader
        """,
        (entry_id, first and first.id, last and last.id, read_from and read_from.id, said_by.reader),
    )


_EARLIER, _LATER = (
    f"({{0}} IS NULL OR (SELECT (:at, :id) {than} (at, id) FROM documents WHERE id = {{0}}))"  # noqa: S608
    for than in "<>"
)
_ALSO_SAID = f"""
INSERT INTO entry_documents (entry, document, last_document, read_from, reader)
SELECT value, :id, :id, :id, :reader FROM json_each(:entries) WHERE true
ON CONFLICT (entry) DO UPDATE SET
    document = iif({_EARLIER.format("document")}, :id, document),
    last_document = iif({_LATER.format("last_document")}, :id, last_document),
    read_from = iif({_LATER.format("read_from")}, :id, read_from)
WHERE {_EARLIER.format("document")} OR {_LATER.format("last_document")} OR {_LATER.format("read_from")}
"""  # noqa: S608


def store_also_said(
    db: Database, entries: Collection[int], document: DocumentTime | None, reader: int
) -> None:
    """Store that a document said entries that are new, or that `reader` has read as they stand: see `also_said_by`."""
    at, document_id = document or (None, None)
    values = {"at": at, "id": document_id, "reader": reader, "entries": json.dumps([*entries])}
    db.execute(_ALSO_SAID, values)


def store_reading(
    db: Database,
    document_id: int,
    reader: int,
    reading: str | None,
    own_url: str | None = None,
    error: str | None = None,
    damage: str | None = None,
) -> None:
    """Store what a version of the reading made of a document, as in `keep_document`."""
    db.execute(
        "UPDATE documents SET reader = ?, reading = ?, own_url = ?, error = ?, damage = ? WHERE id = ?",
        (reader, reading, own_url, error, damage, document_id),
    )


def save_unreadable(db: Database, document_id: int, why: str, reader: int) -> None:
    """Save that the version `reader` of the reading cannot read a kept document. What was read before stays."""
    with transaction(db):
        db.execute(
            "UPDATE documents SET reader = ?, error = ?, damage = NULL WHERE id = ?",
            (reader, why, document_id),
        )


_VERSIONS = """
SELECT document, last_document, read_from FROM entry_documents WHERE entry = entries.id
UNION ALL SELECT document, last_document, NULL FROM revisions WHERE entry = entries.id
"""
_SAID_ENTRIES = f"""
SELECT entries.id, guid, url, title, published, fingerprint, NOT EXISTS (
    SELECT 1 FROM ({_VERSIONS}) WHERE min(document, last_document, coalesce(read_from, document)) < :id
), (SELECT json_group_array(guid) FROM (SELECT guid FROM entry_aliases WHERE entry = entries.id ORDER BY id))
FROM entries
WHERE {{0}}
    AND EXISTS (
        SELECT 1 FROM ({_VERSIONS}) AS said
        LEFT JOIN documents AS first ON first.id = said.document
        LEFT JOIN documents AS last ON last.id = said.last_document
        WHERE :id IN (said.document, said.last_document, said.read_from)
            OR (:at, :id) BETWEEN (first.at, first.id) AND (last.at, last.id)
    )
ORDER BY entries.id
"""  # noqa: S608
_SAID_UNDER = _SAID_ENTRIES.format(
    """
    id IN (
        SELECT id FROM entries WHERE feed = :feed AND (guid = :guid OR (guid >= :guid || '#' AND guid < :guid || '$'))
        UNION
        SELECT entry FROM entry_aliases
        WHERE feed = :feed AND (guid = :guid OR (guid >= :guid || '#' AND guid < :guid || '$'))
    )
    """
)
_SAID_UNDER_ANY = _SAID_ENTRIES.format(
    f"id IN (SELECT entry FROM entry_aliases WHERE feed = :feed GROUP BY entry HAVING count(*) >= {MOST_ALIASES})"  # noqa: S608
)


def entries_said_by(
    db: Database, feed_id: int, document: DocumentTime, guids: Collection[str] | None = None
) -> list[SaidEntry]:
    """The feed's entries that a document is known to have said, in some version; only of those with such guids, and of
    those that have so many aliases that not all are kept."""
    rows: set[tuple[Any, ...]] = set()
    values = {"feed": feed_id, "at": document.at, "id": document.id}
    if guids is None:
        rows.update(db.execute(_SAID_ENTRIES.format("feed = :feed"), values))
    for guid in guids or ():
        rows.update(db.execute(_SAID_UNDER, {**values, "guid": guid}))
    rows.update(db.execute(_SAID_UNDER_ANY, values))
    return [
        _said_entry(guid, Stored(*said), fingerprint, bool(is_first), json.loads(aliases))
        for _, guid, *said, fingerprint, is_first, aliases in sorted(rows)
    ]


def _said_entry(
    guid: str, said: Stored, fingerprint: str, is_first: bool, aliases: Sequence[str]
) -> SaidEntry:
    return SaidEntry(guid, said, fingerprint, is_first, tuple(aliases), len(aliases) >= MOST_ALIASES)
