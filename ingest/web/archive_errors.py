"""What a request is answered where something is wrong with the archive's file: a status, and words for who asked."""

import logging
from dataclasses import dataclass
from pathlib import Path

from ingest.archive.file.errors import (
    FAILURES,
    ArchiveBusy,
    ArchiveDamaged,
    ArchiveError,
    DiskFull,
    failure,
    is_failure,
)
from ingest.base.printable import printable

__all__ = ["FAILURES", "ArchiveError", "ArchiveFailure", "archive_failure", "log_archive_error"]

_log = logging.getLogger(__name__)  # which without a handler writes to standard error


@dataclass(frozen=True)
class ArchiveFailure:
    """`error` is for the log. `message` is for who asked: without the file's path, unless that is its owner."""

    error: ArchiveError
    message: str
    status: int

    @property
    def is_damage(self) -> bool:
        return isinstance(self.error, ArchiveDamaged)


def archive_failure(error: Exception, path: Path) -> ArchiveFailure | None:
    """What an error that a request ended in says of the file at `path`; None where it is of something else."""
    if isinstance(error, ArchiveError):  # of what the owner wanted to do
        return ArchiveFailure(error, str(error), _status(error, 409))
    if not is_failure(error):
        return None
    found = failure(error, path)
    message = _public_message(found, error)
    return ArchiveFailure(found, message, _status(found, 503)) if message else None


def _public_message(found: ArchiveError, error: Exception) -> str:
    """Without the name of the file. Empty where it is nothing of the file's."""
    if isinstance(found, ArchiveDamaged):
        return "This archive is damaged. The server's log says what to do."
    if isinstance(found, ArchiveBusy):
        return "The archive is being written to. Try again in a moment."
    if "unable to open database" in str(error):
        return "The archive's file cannot be opened. The server's log says more."
    return ""


def _status(error: ArchiveError, otherwise: int) -> int:
    if isinstance(error, ArchiveDamaged):
        return 500
    if isinstance(error, DiskFull):
        return 507
    return 503 if isinstance(error, ArchiveBusy) else otherwise


def log_archive_error(error: ArchiveError) -> None:
    """Tell the owner, who reads the server's log, what to do."""
    _log.error("%s", printable(error))
