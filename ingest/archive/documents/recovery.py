"""After a crash: cut off what stands in the WARC files and no row names, where that is sure to be a crash's remains."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.records import StoredDocument, archive_id_in, stored_documents
from ingest.archive.documents.warc_folder import (
    archive_id_of,
    folder_of,
    is_unfinished,
    is_warc_name,
    path_of,
    warc_folder,
)
from ingest.archive.file.open_file import open_file
from ingest.archive.file.opening import transaction
from ingest.archive.file.write_lock import is_busy
from ingest.base.clock import counted

_NAMED = 3  # files, in a sentence
_ENDS = """
    WITH RECURSIVE files (file) AS (
        SELECT min(file) FROM documents
        UNION ALL
        SELECT (SELECT min(file) FROM documents WHERE file > files.file) FROM files WHERE file IS NOT NULL
    )
    SELECT file, (
        SELECT offset + length FROM documents WHERE documents.file = files.file ORDER BY offset DESC LIMIT 1
    ) FROM files WHERE file IS NOT NULL
"""


@dataclass(frozen=True)
class _Tail:
    """What stands in a file behind all that rows name."""

    path: Path
    end: int  # of what rows name
    is_ours: bool  # and may be cut off
    is_kept: bool  # all of its documents elsewhere
    unknown: int  # documents that are not, counted to two at most


def tidy_documents(db: Database) -> tuple[str, ...]:
    """Cut off what a crash has left in the WARC files, at the beginning of a run that writes.

    Returns sentences for the user: which files are missing or cut off, and which hold documents that the archive does
    not know. Where all is well it costs a look at each file's size. Raises ArchiveError, and errors of SQLite.
    """
    folder = folder_of(db)
    try:
        if file_sizes(folder) == named_ends(db):
            return ()
        with transaction(db):  # in which nobody else writes
            recover(db)
            sizes = file_sizes(folder)
            return (*_missing(db, folder, sizes), *_left_alone(db, folder, sizes))
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        return ()  # whoever writes meanwhile does so too
    except OSError as error:
        why = error.strerror or str(error)
        return (f"{error.filename or folder} cannot be read or written to: {why}. Check its permissions.",)


def recover(db: Database) -> None:
    """Cut off what a crash has left. To be called within a write transaction: nobody writes meanwhile. Raises OSError.

    A crash leaves one document at most; a restored older archive beside a newer folder may lack many, which are not to
    be lost.
    """
    folder = folder_of(db)
    for name in file_sizes(folder):
        if is_unfinished(name):
            (folder / name).unlink()
    tails = [tail for tail in _tails(db, folder, file_sizes(folder)) if tail.is_ours]
    is_crash = sum(tail.unknown for tail in tails) <= 1
    for tail in tails:
        if is_crash or tail.is_kept:
            _cut(tail)


def named_ends(db: Database) -> dict[str, int]:
    """The files that rows name, by name, and where the last record that they name ends."""
    return dict(db.execute(_ENDS).fetchall())


def file_sizes(folder: Path) -> dict[str, int]:
    """The sizes of the files in the folder that have names of ours, finished or not; pipes and folders are none."""
    try:
        with os.scandir(folder) as entries:
            return {
                entry.name: entry.stat().st_size
                for entry in entries
                if (is_warc_name(entry.name) or is_unfinished(entry.name)) and entry.is_file()
            }
    except (FileNotFoundError, NotADirectoryError):
        return {}


def _tails(db: Database, folder: Path, sizes: Mapping[str, int]) -> list[_Tail]:
    ends, number = named_ends(db), archive_id_of(db)
    return [
        _tail(db, folder / name, ends.get(name, 0), number, sizes)
        for name, size in sorted(sizes.items())
        if size > ends.get(name, 0)
    ]


def _tail(db: Database, path: Path, end: int, archive_id: str, sizes: Mapping[str, int]) -> _Tail:
    is_ours, unknown = False, 1
    with suppress(OSError), open_file(path) as file:
        is_ours, unknown = not path.is_symlink() and archive_id_in(file) == archive_id, 0
        for document in stored_documents(file, end):
            unknown += not _is_kept(db, document, sizes)
            if unknown > is_ours:
                break
    return _Tail(path, end, is_ours, unknown == 0, unknown)


def _is_kept(db: Database, document: StoredDocument, sizes: Mapping[str, int]) -> bool:
    """Whether a row knows this document, whose bytes stand where the row says, or were freed."""
    rows = db.execute(
        "SELECT file, offset + length FROM documents WHERE sha256 = ? AND at = ?",
        (document.sha256, document.at),
    )
    return any(file is None or sizes.get(file, 0) >= end for file, end in rows)


def _cut(tail: _Tail) -> None:
    if tail.end == 0:
        tail.path.unlink()
        return
    os.truncate(tail.path, tail.end)


def _missing(db: Database, folder: Path, sizes: Mapping[str, int]) -> list[str]:
    """A sentence where files that rows name are not there, or cut off."""
    ends = named_ends(db)
    if ends and not folder.is_dir():
        [(count,)] = db.execute("SELECT count(*) FROM documents WHERE file IS NOT NULL").fetchall()
        return [
            f"{folder} is missing, where the bytes of {counted(count, 'document')} are kept. Put it back beside the "
            "archive. Until then they cannot be read, and new documents are kept in a new folder of that name."
        ]
    short = {name: sizes.get(name, 0) for name, end in ends.items() if sizes.get(name, 0) < end}
    if not short:
        return []
    count = sum(
        db.execute(
            "SELECT count(*) FROM documents WHERE file = ? AND offset + length > ?", (name, size)
        ).fetchone()[0]
        for name, size in short.items()
    )
    return [
        f"The bytes of {counted(count, 'document')} are missing: {_listed(sorted(short))} in {folder} "
        f"{'is' if len(short) == 1 else 'are'} missing or cut off. Put the folder back from a backup."
    ]


def _left_alone(db: Database, folder: Path, sizes: Mapping[str, int]) -> list[str]:
    """A sentence where files hold documents that the archive does not know."""
    names = [tail.path.name for tail in _tails(db, folder, sizes) if not tail.is_kept]
    if not names:
        return []
    archive = path_of(db)
    return [
        f"{_listed(names)} in {folder} {'has' if len(names) == 1 else 'have'} documents that {archive.name} does not "
        "know: the archive is older than the folder, or another's. They are left alone. To take them up: feedsette "
        f"import {archive} {warc_folder(archive)}"
    ]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
