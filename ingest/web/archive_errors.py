"""Errors of the archive's file (damaged, locked, not writable …) as HTTP answers: a status, a message and a page."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasette import Response

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
from ingest.web.render import is_for_programs, render_page, render_plain_page, retry_headers, unavailable

_log = logging.getLogger(__name__)  # which without a handler writes to standard error


@dataclass(frozen=True)
class ArchiveFailure:
    """`error` is for the log, `message` for the user: without the file's path, unless the user is its owner."""

    error: ArchiveError
    message: str
    status: int

    @property
    def is_damage(self) -> bool:
        return isinstance(self.error, ArchiveDamaged)


def archive_failure(error: Exception, path: Path) -> ArchiveFailure | None:
    """The failure behind an exception of a request, of the file at `path`; None where it is no failure of the file."""
    if isinstance(error, ArchiveError):  # only what the owner does raises these
        return ArchiveFailure(error, str(error), _status(error, 409))
    if not is_failure(error):
        return None
    found = failure(error, path)
    message = _public_message(found, error)
    return ArchiveFailure(found, message, _status(found, 503)) if message else None


def _public_message(found: ArchiveError, error: Exception) -> str:
    """A sentence without the name of the file; "" where the file is not at fault."""
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
    """Write the error, which says what to do, to the server's log."""
    _log.error("%s", printable(error))


async def archive_error_page(datasette: Any, request: Any, failure: ArchiveFailure) -> Response:
    """The answer to a request that failed: a page of ours, JSON for programs, 503 with Retry-After."""
    try:
        if failure.status == 503:
            return await unavailable(datasette, request, failure.message)
        if is_for_programs(request.path):
            return Response.json({"ok": False, "error": failure.message}, status=failure.status)
        values = {"why": failure.message, "damaged": failure.is_damage}
        return await render_page(datasette, request, "feedsette/not_done.html", values, status=failure.status)
    except FAILURES:  # the navigation of our pages reads the archive too
        values = {"title": None, "status": failure.status, "error": failure.message}
        headers = retry_headers() if failure.status == 503 else {}
        return await render_plain_page(
            datasette, request, "error.html", values, status=failure.status, headers=headers
        )
