"""The page for an error of the archive's file: damaged, locked for long, missing, not writable."""

from collections.abc import Awaitable, Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl

from ingest.web.archive_errors import archive_error_page, archive_failure, log_archive_error
from ingest.web.plugin.shown import is_our_page


@hookimpl(hookwrapper=True)
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Generator[None, Any, None]:
    """Replaces all other handlers, of which Datasette's own prints a traceback."""
    ours = is_our_page(datasette, request.path)
    answer = _answer(datasette, request, exception) if ours else None
    outcome = yield
    if answer is not None:
        outcome.force_result([answer])


def _answer(datasette: Any, request: Any, exception: Exception) -> Callable[[], Awaitable[Response]] | None:
    failure = archive_failure(exception, _path(datasette))
    if failure is None:
        return None
    log_archive_error(failure.error)
    return partial(archive_error_page, datasette, request, failure)


def _path(datasette: Any) -> Path:
    """The file that is served; where there are several, any of them may be meant."""
    paths = [database.path for database in datasette.databases.values() if database.path]
    return Path(paths[0]) if len(paths) == 1 else Path("A database that is served here")
