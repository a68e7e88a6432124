"""Errors of SQLite classified, and turned into messages for the user."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.archive.file.kind import damaged, rescue
from ingest.archive.file.write_lock import is_busy

# What sqlite3 raises: also where its message quotes a damaged schema that is not UTF-8, or a damaged size is too large.
FAILURES = (sqlite3.Error, UnicodeDecodeError, MemoryError)
CHECK = "Check the permissions of the file and of its folder."


class ArchiveError(Exception):
    """The message is for the user: what is wrong with the file, and what to do."""


class ArchiveBusy(ArchiveError):
    """Another program writes to it."""


class ArchiveDamaged(ArchiveError):
    """It must be restored from a backup, or recovered."""


class DiskFull(ArchiveError):
    """There was no space to save something."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite raises in the block, about the archive at `path`, into ArchiveError."""
    try:
        yield
    except FAILURES as error:
        if not is_failure(error):
            raise
        raise failure(error, path) from error


def is_failure(error: Exception) -> bool:
    """Whether an error is one of FAILURES, without a UnicodeDecodeError that has nothing to do with SQLite."""
    return isinstance(error, FAILURES) and (not isinstance(error, UnicodeDecodeError) or is_damage(error))


def explain_failure(error: Exception, path: Path) -> str:
    """The message of `failure`."""
    return str(failure(error, path))


def failure(error: Exception, path: Path) -> ArchiveError:
    """The ArchiveError for one of FAILURES that the archive at `path` raised."""
    message = str(error)
    if is_damage(error):
        return ArchiveDamaged(damaged(path))
    if "readonly database" in message:
        return ArchiveError(
            f"{path} cannot be written to: check the permissions of the file and of its folder."
        )
    if "unable to open database" in message:
        return ArchiveError(f"{path} cannot be opened: check the permissions of the file and of its folder.")
    if "disk is full" in message:
        return DiskFull(
            f"{path} was not changed further: the disk is full. Free some space and run the command again."
        )
    if is_busy(error):
        return ArchiveBusy(
            f"{path} is being written to by another program. Try again when that has finished."
        )
    if "disk I/O" in message:
        return ArchiveDamaged(
            f"{path} cannot be read or written: its disk reports an error. Check the disk. {rescue(path)}"
        )
    if isinstance(error, MemoryError):
        return ArchiveError(f"{path}: there is not enough memory. Close other programs and try again.")
    return ArchiveError(f"{path}: SQLite says: {message}")


def is_of_the_archive(error: Exception) -> bool:
    """Whether an error concerns the archive's file, and so all feeds; sqlite3.DataError and the like concern one."""
    of_the_file = isinstance(error, ArchiveError | OSError | sqlite3.OperationalError)
    return of_the_file or type(error) is sqlite3.DatabaseError


def is_damage(error: Exception) -> bool:
    """Whether an error of any kind means that the file is damaged."""
    if isinstance(error, UnicodeDecodeError):
        return b"malformed database schema" in error.object
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return True
    # Not "malformed" alone: JSON and full-text queries can be malformed too.
    signs = (
        "image is malformed",
        "malformed database",
        "Could not decode",
        "unsupported file",
        "vtable constr",
    )
    return isinstance(error, sqlite3.Error) and any(sign in str(error) for sign in signs)
