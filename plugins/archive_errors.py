"""The page for what is wrong with the archive's file: damaged, locked for long, not there, not to be written to."""

from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl

from ingest.web import compat
from ingest.web.archive_errors import FAILURES, ArchiveFailure, archive_failure, log_archive_error
from ingest.web.render import is_for_programs, render_page, retry_headers, unavailable


@hookimpl(hookwrapper=True)
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Generator[None, Any, None]:
    """In the place of all others, of which Datasette's own prints a traceback."""
    answer = _answer(datasette, request, exception)
    outcome = yield
    if answer is not None:
        outcome.force_result([answer])


def _answer(datasette: Any, request: Any, exception: Exception) -> Callable[[], Awaitable[Response]] | None:
    failure = archive_failure(exception, _path(datasette))
    if failure is None:
        return None
    log_archive_error(failure.error)

    async def page() -> Response:
        try:
            return await _page(datasette, request, failure)
        except FAILURES:  # the navigation of our pages reads the archive
            return await _plain(datasette, request, failure)

    return page


def _path(datasette: Any) -> Path:
    """The file that is served; where there are several, any of them may be meant."""
    paths = [database.path for database in datasette.databases.values() if database.path]
    return Path(paths[0]) if len(paths) == 1 else Path("A database that is served here")


async def _page(datasette: Any, request: Any, failure: ArchiveFailure) -> Response:
    if failure.status == 503:
        return await unavailable(datasette, request, failure.message)
    if is_for_programs(request.path):
        return Response.json({"ok": False, "error": failure.message}, status=failure.status)
    values = {"why": failure.message, "damaged": failure.is_damage}
    return await render_page(datasette, request, "feedsette/not_done.html", values, status=failure.status)


async def _plain(datasette: Any, request: Any, failure: ArchiveFailure) -> Response:
    """As Datasette shows its errors: without what plugins add."""
    values = {"title": None, "status": failure.status, "error": failure.message}
    html = await compat.plain_template(datasette, request, "error.html", values)
    headers = retry_headers() if failure.status == 503 else {}
    return Response.html(html, status=failure.status, headers=headers)
