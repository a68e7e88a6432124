"""What a file is, by its own bytes: SQLite writes beside a file, and into it, as soon as it opens one."""

import shlex
from enum import Enum, auto
from pathlib import Path

from ingest.archive.file.in_use import unused
from ingest.archive.file.migrations import APPLICATION_ID

HEADER = b"SQLite format 3\0"  # this and what follows: SQLite's database file format, 1.3 and 4.1
HEADER_SIZE = 100
MARK_AT = 68  # where the application id is
MARK = APPLICATION_ID.to_bytes(4, "big")
FIRST_PAGE_IN_WAL = 32 + 24  # after the header of the WAL and that of its first frame
LOOKED_AT = 1_000_000  # bytes from the beginning, among which the schema of an archive is
OUR_SCHEMA = (b"CREATE TABLE feeds (", b"CREATE TABLE entry_authors (", b"CREATE VIRTUAL TABLE entries_fts ")


class FileKind(Enum):
    """What a file can be."""

    EMPTY = auto()
    ARCHIVE = auto()
    UNMARKED = auto()  # has the tables of an archive, but not its application id
    DAMAGED = auto()  # was an archive
    DATABASE = auto()  # of another application
    OTHER = auto()


def kind_of(path: Path) -> FileKind:
    """What the file at `path`, a regular one, is. Nothing is written. Raises OSError.

    One that this process has open is an archive: SQLite says what else is wrong with it.
    """
    with unused(path) as may_be_read:
        if not may_be_read:
            return FileKind.ARCHIVE
        with path.open("rb") as file:
            start = file.read(LOOKED_AT)
    wal = path.with_name(f"{path.name}-wal")
    if not start:  # what stands in the WAL of an empty file is deleted by SQLite
        return FileKind.DAMAGED if wal.is_file() and wal.stat().st_size else FileKind.EMPTY
    marked = start[MARK_AT : MARK_AT + len(MARK)] == MARK
    ours = sum(statement in start for statement in OUR_SCHEMA) > 1
    if not start.startswith(HEADER):
        return FileKind.DAMAGED if marked or (ours and b"\0" in start) else FileKind.OTHER
    if marked or _is_marked_in(wal):
        return FileKind.ARCHIVE
    if len(start) < HEADER_SIZE:
        return FileKind.OTHER
    return FileKind.UNMARKED if ours else FileKind.DATABASE


def _is_marked_in(wal: Path) -> bool:
    """Whether the mark is the first that was written there, by a process that was killed while it made an archive."""
    if not wal.is_file():
        return False
    with wal.open("rb") as file:
        file.seek(FIRST_PAGE_IN_WAL + MARK_AT)
        return file.read(len(MARK)) == MARK


def rescue(path: Path) -> str:
    """What is to be done about a damaged archive, for the user."""
    name = shlex.quote(str(path))
    return (
        "Put a backup in its place, or save what can still be read: "
        f"sqlite3 {name} .recover | sqlite3 recovered.db (with the sqlite3 of sqlite.org, where yours cannot)"
    )


def damaged(path: Path) -> str:
    """What is said of a damaged archive, to the user."""
    return f"{path} is a damaged archive. {rescue(path)}"


def why_no_archive(kind: FileKind, path: Path) -> str | None:
    """Why a file of this kind is not taken for an archive, for the user; None where it is one."""
    if kind is FileKind.DATABASE:
        return (
            f"{path} is a SQLite database, but not an archive of Feedsette's. Name another file; this one is "
            "untouched."
        )
    if kind is FileKind.OTHER:
        return (
            f"{path} is not a SQLite database, and so not an archive of Feedsette's. Name another file; this one is "
            "untouched. If it was an archive, put a backup in its place."
        )
    if kind is FileKind.UNMARKED:
        name = shlex.quote(str(path))
        return (
            f"{path} has the tables of an archive, but not its mark (application_id): a copy by .dump, or damage. "
            f"Where sqlite3 {name} 'PRAGMA integrity_check' says ok, mark it: "
            f"sqlite3 {name} 'PRAGMA application_id = {APPLICATION_ID}'. Otherwise put a backup in its place."
        )
    return None
