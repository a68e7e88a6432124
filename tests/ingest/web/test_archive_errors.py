"""Status and message of errors of the archive's file."""

import sqlite3
from pathlib import Path

import pytest

from ingest.archive.file.errors import ArchiveBusy, ArchiveDamaged, ArchiveError, DiskFull
from ingest.web.archive_errors import archive_failure

PATH = Path("/secret/archive.db")


def sqlite_error(message: str, code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError(message)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (sqlite_error("database disk image is malformed", sqlite3.SQLITE_CORRUPT), 500),
        (sqlite_error("database is locked", sqlite3.SQLITE_BUSY), 503),
        (sqlite_error("unable to open database file", sqlite3.SQLITE_CANTOPEN), 503),
    ],
)
def test_guests_are_not_told_where_the_file_is_but_the_log_is(error: Exception, status: int) -> None:
    failure = archive_failure(error, PATH)
    assert failure
    assert failure.status == status
    assert "secret" not in failure.message and str(PATH) in str(failure.error)
    assert failure.is_damage == (status == 500)


@pytest.mark.parametrize(
    ("error", "status"),
    [(ArchiveError("x"), 409), (ArchiveBusy("x"), 503), (DiskFull("x"), 507), (ArchiveDamaged("x"), 500)],
)
def test_the_owner_is_told_what_went_wrong(error: ArchiveError, status: int) -> None:
    failure = archive_failure(error, PATH)
    assert failure and (failure.status, failure.message) == (status, "x")


@pytest.mark.parametrize(
    "error", [ValueError("x"), sqlite_error("no such column: x", sqlite3.SQLITE_ERROR), UnicodeError()]
)
def test_what_is_not_the_file_s_is_left_to_others(error: Exception) -> None:
    assert archive_failure(error, PATH) is None
