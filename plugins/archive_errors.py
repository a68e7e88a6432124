"""The page for what is wrong with the archive's file: damaged, locked for long, not there, not to be written to."""

from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl

from ingest.archive.file.errors import (
    FAILURES,
    ArchiveBusy,
    ArchiveDamaged,
    ArchiveError,
    DiskFull,
    failure,
    is_failure,
)
from ingest.cli.terminal import echo
from ingest.web.access import is_for_programs, retry_headers, unavailable


@hookimpl(hookwrapper=True)
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Generator[None, Any, None]:
    """In the place of all others, of which Datasette's own prints a traceback."""
    answer = _answer(datasette, request, exception)
    outcome = yield
    if answer is not None:
        outcome.force_result([answer])


def _answer(datasette: Any, request: Any, exception: Exception) -> Callable[[], Awaitable[Response]] | None:
    if isinstance(exception, ArchiveError):  # of what the owner wanted to do
        trouble, said = exception, str(exception)
    elif is_failure(exception):
        trouble = failure(exception, _path(datasette))
        said = _said_to_all(trouble, exception)
    else:
        said = ""
    if not said:
        return None
    status = _status(trouble, exception)
    echo(trouble, err=True)

    async def page() -> Response:
        try:
            if status == 503:
                return await unavailable(datasette, request, said)
            if is_for_programs(request.path):
                return Response.json({"ok": False, "error": said}, status=status)
            shown = {"why": said, "damaged": isinstance(trouble, ArchiveDamaged)}
            html = await datasette.render_template("feedsette/not_done.html", shown, request=request)
            return Response.html(html, status=status)
        except FAILURES:  # the frame of our pages shows what the archive has
            return await _plain(datasette, request, status, said)

    return page


def _path(datasette: Any) -> Path:
    """The file that is served; where there are several, any of them may be meant."""
    paths = [database.path for database in datasette.databases.values() if database.path]
    return Path(paths[0]) if len(paths) == 1 else Path("A database that is served here")


def _said_to_all(trouble: ArchiveError, exception: Exception) -> str:
    """Without the name of the file. Empty where it is nothing of the file's."""
    if isinstance(trouble, ArchiveDamaged):
        return "This archive is damaged. The server's log says what to do."
    if isinstance(trouble, ArchiveBusy):
        return "The archive is being written to. Try again in a moment."
    if "unable to open database" in str(exception):
        return "The archive's file cannot be opened. The server's log says more."
    return ""


def _status(trouble: ArchiveError, exception: Exception) -> int:
    if isinstance(trouble, ArchiveDamaged):
        return 500
    if isinstance(trouble, DiskFull):
        return 507
    return 409 if trouble is exception and not isinstance(trouble, ArchiveBusy) else 503


async def _plain(datasette: Any, request: Any, status: int, said: str) -> Response:
    """As Datasette shows its errors: without what plugins add."""
    shown = {"title": None, "status": status, "error": said, "urls": datasette.urls, "menu_links": list}
    if hasattr(datasette, "get_jinja_environment"):  # Datasette 1.0
        environment = datasette.get_jinja_environment(request)
    else:
        environment = datasette.jinja_env
        shown["app_css_hash"] = datasette.app_css_hash()
    html = await environment.get_template("error.html").render_async(shown)
    return Response.html(html, status=status, headers=retry_headers() if status == 503 else {})
