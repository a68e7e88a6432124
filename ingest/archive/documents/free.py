"""Free the bytes of documents: the WARC files that have them are written anew without them, one after the other.

Under the write lock the new file is written, synced and renamed to its name, then one transaction points the rows to
it; only when that is on disk, the old file is deleted. Killed at any moment, each row has its bytes.
"""

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from ingest.archive.documents.pack import warcinfo_record
from ingest.archive.documents.pruning import StoredDocument
from ingest.archive.documents.stored import CITED
from ingest.archive.documents.warc_folder import folder_of, is_warc_name, next_name
from ingest.archive.file.fsync import fsync_path
from ingest.archive.file.opening import transaction

UNFINISHED = ".unfinished"


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
    id: int
    offset: int
    length: int

    @property
    def end(self) -> int:
        return self.offset + self.length


def free_bytes(db: Database, documents: Iterable[StoredDocument], now: str) -> Iterator[FreedFile]:
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
    folder, ids = folder_of(db), json.dumps(wanted)
    with _on_disk_at_commit(db):
        with transaction(db):
            _clear(folder)
        for name in sorted(latest, key=lambda name: -latest[name]):
            try:
                yield _free_in(db, folder, name, ids, now)
            except FileNotFoundError:
                yield FreedFile(name, left="it is missing")
            except _NotAsNamed as error:
                yield FreedFile(name, left=str(error))


def _free_in(db: Database, folder: Path, name: str, wanted: str, now: str) -> FreedFile:
    old = folder / name
    with transaction(db):
        going = _may_go(db, name, wanted)
        if not going:
            return FreedFile(name)
        records = _records(db, name)
        staying = [record for record in records if record.id not in going]
        before = old.stat().st_size
        if records[-1].end != before:
            raise _NotAsNamed("it is longer or shorter than the archive says")
        with old.open("rb") as file:
            requests = _requests(file, records)
            db.conn.executemany(
                "UPDATE documents SET file = NULL, offset = NULL, length = NULL WHERE id = ?",
                [(document_id,) for document_id in going],
            )
            after = _write_anew(db, folder, file, name, staying, requests, now) if staying else 0
    old.unlink(missing_ok=True)
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


def _records(db: Database, name: str) -> list[_Record]:
    rows = db.execute("SELECT id, offset, length FROM documents WHERE file = ? ORDER BY offset", (name,))
    return [_Record(*row) for row in rows]


def _requests(file: BinaryIO, records: Sequence[_Record]) -> dict[int, bytes]:
    """The request records that stand before these, by the ids of their documents. Raises _NotAsNamed where there is
    anything else."""
    found, end = {}, 0
    for record in records:
        file.seek(end)
        for kind, member in _members(file.read(record.offset - end)):
            if kind == b"request":
                found[record.id] = member
            elif kind != b"warcinfo":
                raise _NotAsNamed("it has records that the archive does not name")
        if file.read(2) != b"\x1f\x8b":
            raise _NotAsNamed("a record is not where the archive says")
        end = record.end
    return found


def _members(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The gzip members in `data`, each with its WARC-Type."""
    while data:
        member = zlib.decompressobj(wbits=31)
        try:
            head = member.decompress(data) + member.flush()
        except zlib.error as error:
            raise _NotAsNamed("it is damaged") from error
        if not member.eof:
            raise _NotAsNamed("it is damaged")
        kind = head.partition(b"WARC-Type: ")[2].partition(b"\r\n")[0]
        yield kind, data[: len(data) - len(member.unused_data)]
        data = member.unused_data


def _write_anew(
    db: Database,
    folder: Path,
    old: BinaryIO,
    old_name: str,
    records: Sequence[_Record],
    requests: dict[int, bytes],
    now: str,
) -> int:
    """Write a file with these records of the old one, and point their rows to it. Returns its size."""
    names = [path.name for path in folder.iterdir() if is_warc_name(path.name)]
    name = next_name(names, old_name.split("-")[1])
    [(archive_id,)] = db.execute("SELECT value FROM settings WHERE name = 'archive_id'").fetchall()
    draft = folder / f"{name}{UNFINISHED}"
    places = []
    try:
        with draft.open("xb") as file:
            file.write(warcinfo_record(name, archive_id, now))
            for record in records:
                file.write(requests.get(record.id, b""))
                places.append((name, file.tell(), record.id))
                old.seek(record.offset)
                file.write(old.read(record.length))
            size = file.tell()
            file.flush()
            os.fsync(file.fileno())
        draft.rename(folder / name)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    fsync_path(folder)
    db.conn.executemany("UPDATE documents SET file = ?, offset = ? WHERE id = ?", places)
    return size


def _clear(folder: Path) -> None:
    """Remove what a killed process was writing."""
    for left in folder.glob(f"*{UNFINISHED}"):
        if is_warc_name(left.name.removesuffix(UNFINISHED)):
            left.unlink()


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
