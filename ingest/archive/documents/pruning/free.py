"""Free the bytes of documents: the WARC files that have them are written anew without them, one after the other.

Under the write lock the new file is written, synced and renamed to its name, then one transaction points the rows to
it; only when that is on disk, the old file is deleted. Killed at any moment, each row has its bytes; what no row names
then, `recover` finds and removes.
"""

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from sqlite_utils import Database

from ingest.archive.documents.checking import check_record
from ingest.archive.documents.pruning.plan import PrunableDocument
from ingest.archive.documents.pruning.stored import CITED
from ingest.archive.documents.warc.folder import (
    UNFINISHED,
    archive_id_of,
    file_sizes,
    folder_of,
    name_beside,
    path_of,
)
from ingest.archive.documents.warc.pack import DIGEST_FIELD, warcinfo_record
from ingest.archive.documents.warc.records import RecordDamaged, StoredRecord
from ingest.archive.documents.warc.write import open_draft, write_all
from ingest.archive.file.fsync import fsync_path
from ingest.archive.file.open_file import open_file
from ingest.archive.file.opening import transaction


@dataclass(frozen=True)
class FreedFile:
    """What was freed of a file: documents, and bytes of the folder. `left` says why it was left as it is."""

    name: str
    documents: int = 0
    bytes: int = 0
    left: str | None = None


class _NotAsNamed(Exception):
    """A file does not hold what the archive says. The message is a clause."""


@dataclass(frozen=True)
class _Record:
    """Where the record of a document stands. Its request, if it has one, begins at `begin`."""

    id: int
    begin: int
    offset: int
    end: int


def free_bytes(db: Database, documents: Iterable[PrunableDocument], now: str) -> Iterator[FreedFile]:
    """Free the bytes of these documents, as far as none is cited meanwhile. Their rows stay.

    The files with the latest come first: a body may be in an earlier file than those that refer to it. Raises
    ArchiveError, OSError.
    """
    latest: dict[str, int] = {}
    wanted = []
    for document in documents:
        if document.file is not None:
            wanted.append(document.id)
            latest[document.file] = max(document.id, latest.get(document.file, 0))
    ids = json.dumps(wanted)
    with _on_disk_at_commit(db):
        for name in sorted(latest, key=lambda name: -latest[name]):
            try:
                yield _free_in(db, name, ids, now)
            except FileNotFoundError:
                yield FreedFile(name, left="it is missing")
            except _NotAsNamed as error:
                yield FreedFile(name, left=str(error))


def _free_in(db: Database, name: str, wanted: str, now: str) -> FreedFile:
    path = folder_of(db) / name
    with transaction(db):
        going = _may_go(db, name, wanted)
        if not going:
            return FreedFile(name)
        with open_file(path) as file:
            before, after = os.fstat(file.fileno()).st_size, 0
            staying = _staying(db, name, file, going)
            if staying:
                new, places, after = _write_anew(db, file, name, staying, now)
                db.conn.executemany(
                    "UPDATE documents SET file = ?, offset = ? WHERE id = ?",
                    [(new, offset, document_id) for document_id, offset in places.items()],
                )
        db.conn.executemany(
            "UPDATE documents SET file = NULL, offset = NULL, length = NULL WHERE id = ?",
            [(document_id,) for document_id in going],
        )
    path.unlink(missing_ok=True)
    return FreedFile(name, len(going), before - after)


def _may_go(db: Database, name: str, wanted: str) -> set[int]:
    """Which of the `wanted` documents in this file may go now: none that shares its body is cited or stays, or refers
    to it from a file that is still to be written anew."""
    rows = db.execute(
        f"""
        WITH wanted AS MATERIALIZED (SELECT value AS id FROM json_each(:wanted)),
        staying AS MATERIALIZED (
            SELECT DISTINCT sha256 FROM documents
            WHERE sha256 IN (SELECT sha256 FROM documents WHERE file = :name AND id IN wanted)
            AND file IS NOT NULL AND (id NOT IN wanted OR {CITED})
        )
        SELECT id FROM documents
        WHERE file = :name AND id IN wanted AND sha256 NOT IN staying AND NOT EXISTS (
            SELECT 1 FROM documents AS later
            WHERE later.sha256 = documents.sha256 AND later.id > documents.id
            AND later.file IS NOT NULL AND later.file != :name
        )
        """,  # noqa: S608
        {"wanted": wanted, "name": name},
    )
    return {document_id for (document_id,) in rows}


def _staying(db: Database, name: str, file: BinaryIO, going: Collection[int]) -> list[_Record]:
    """The records of documents in a file but those `going`. Raises _NotAsNamed where anything else is in it, or what
    stays is damaged."""
    rows = db.execute(
        "SELECT id, sha256, offset, length FROM documents WHERE file = ? ORDER BY offset", (name,)
    ).fetchall()
    if file.seek(0, os.SEEK_END) != rows[-1][2] + rows[-1][3]:
        raise _NotAsNamed("it is longer or shorter than the archive says")
    records, at = [], 0
    try:
        for document_id, sha256, offset, length in rows:
            begin = offset
            while at < offset:
                other = StoredRecord(file, at)
                if other.kind == "request":
                    begin = at
                elif _is_copy(db, other):
                    begin = offset
                elif other.kind != "warcinfo":
                    raise _NotAsNamed("it has records that the archive does not name")
                at = other.end()
            if at != offset:
                raise _NotAsNamed("a record is not where the archive says")
            at = offset + length
            if document_id not in going:  # what stays is copied: not where it is damaged
                check_record(file, offset, length, sha256)
                records.append(_Record(document_id, begin, offset, at))
    except RecordDamaged as error:
        raise _NotAsNamed(f"it is damaged: {error}") from error
    return records


def _is_copy(db: Database, record: StoredRecord) -> bool:
    """Whether a record that no row names is of a document that a row knows, and has elsewhere, or freed."""
    known = db.execute(
        "SELECT file, offset + length FROM documents WHERE sha256 = ? AND at = ?",
        (record.fields.get(DIGEST_FIELD.lower(), "").removeprefix("sha256:"), record.fields.get("warc-date")),
    ).fetchall()
    sizes = file_sizes(folder_of(db)) if known else {}
    return any(file is None or sizes.get(file, 0) >= end for file, end in known)


def _write_anew(
    db: Database, old: BinaryIO, old_name: str, records: Sequence[_Record], now: str
) -> tuple[str, dict[int, int], int]:
    """Write a file with these records of the old one, and their requests.

    Returns its name, where it has the records, by the ids of their documents, and its size.
    """
    folder = folder_of(db)
    name = name_beside(list(file_sizes(folder)), old_name)
    draft, places = folder / f"{name}{UNFINISHED}", {}
    try:
        with open_draft(draft, path_of(db)) as file:
            write_all(file, warcinfo_record(name, archive_id_of(db), now))
            for record in records:
                places[record.id] = file.tell() + record.offset - record.begin
                old.seek(record.begin)
                write_all(file, old.read(record.end - record.begin))
            size = file.tell()
            os.fsync(file.fileno())
        draft.rename(folder / name)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    fsync_path(folder)
    return name, places, size


@contextmanager
def _on_disk_at_commit(db: Database) -> Iterator[None]:
    """A transaction outlasts a loss of power when it was committed; otherwise the last may be undone (SQLite, WAL)."""
    connection: sqlite3.Connection = db.conn
    [(usual,)] = connection.execute("PRAGMA synchronous").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA synchronous = {usual}")
