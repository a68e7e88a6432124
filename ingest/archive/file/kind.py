"""What kind of file something is, by its bytes, before SQLite opens it, which may write to it and beside it."""

import shlex
from enum import Enum, auto
from pathlib import Path

from ingest.archive.file.in_use import unused
from ingest.archive.file.migrations import APPLICATION_ID

# SQLite's database file format, 1.3 and 4.1
HEADER = b"SQLite format 3\0"
HEADER_SIZE = 100
MARK_AT = 68  # offset of the application id
MARK = APPLICATION_ID.to_bytes(4, "big")
FIRST_PAGE_IN_WAL = 32 + 24  # offset, after the headers of the WAL and of its first frame
LOOKED_AT = 1_000_000  # bytes at the beginning, which include the schema of an archive
OUR_SCHEMA = (b"CREATE TABLE feeds (", b"CREATE TABLE entry_authors (", b"CREATE VIRTUAL TABLE entries_fts ")


class FileKind(Enum):
    """What an existing regular file can be."""

    EMPTY = auto()
    ARCHIVE = auto()
    UNMARKED = auto()  # has the tables of an archive, but not its application id
    DAMAGED = auto()  # was an archive, by its mark or schema
    DATABASE = auto()  # of another application
    OTHER = auto()


def kind_of(path: Path) -> FileKind:
    """The kind of the regular file at `path`. Writes nothing. Raises OSError.

    A file that this process has open is not read (see in_use), and taken for an archive.
    """
    with unused(path) as may_be_read:
        if not may_be_read:
            return FileKind.ARCHIVE
        with path.open("rb") as file:
            start = file.read(LOOKED_AT)
    wal = path.with_name(f"{path.name}-wal")
    if not start:  # SQLite would delete the WAL of an empty file
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
    """Whether the WAL's first page has the mark: the process that made the archive was killed before a checkpoint."""
    if not wal.is_file():
        return False
    with wal.open("rb") as file:
        file.seek(FIRST_PAGE_IN_WAL + MARK_AT)
        return file.read(len(MARK)) == MARK


def rescue(path: Path) -> str:
    """What to do about a damaged archive: a sentence for the user."""
    name = shlex.quote(str(path))
    return (
        "Put a backup in its place, or save what can still be read: "
        f"sqlite3 {name} .recover | sqlite3 recovered.db (with the sqlite3 of sqlite.org, where yours cannot)"
    )


def damaged(path: Path) -> str:
    """The message for the user on a damaged archive."""
    return f"{path} is a damaged archive. {rescue(path)}"


def why_no_archive(kind: FileKind, path: Path) -> str | None:
    """The message for the user on a file of this kind that is no archive; None for the other kinds."""
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
