"""The page for errors of Datasette, such as invalid SQL: with its navigation, and the SQL to correct."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from datasette import Response, hookimpl
from datasette import handle_exception as datasettes
from datasette.views.base import DatasetteError
from markupsafe import Markup

from ingest.web.render import is_for_programs, render_page, retry_headers, unavailable
from ingest.web.run_query import QueryFailed, QueryTimeout

# Where rich is installed, Datasette prints tracebacks with all local variables, cookies among them.
datasettes.rich = None
INTERRUPTED = "SQL Interrupted"  # Datasette's title for a timeout


@hookimpl
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Callable[[], Awaitable[Response]] | None:
    if not isinstance(exception, DatasetteError) or isinstance(exception, QueryFailed):
        return None
    # A visitor's own SQL may take too long at any time; a canned query or a table does so when the server is busy.
    busy = exception.title == INTERRUPTED and "sql" not in request.args
    if is_for_programs(request.path):
        return partial(unavailable, datasette, request, QueryTimeout().message) if busy else None
    shows_sql = exception.message_is_html  # as for a timeout

    async def page() -> Response:
        values = {
            "title": exception.title or f"Error {exception.status}",
            "error": Markup(exception.message) if shows_sql else exception.message,
            "sql": None if shows_sql else request.args.get("sql"),
        }
        status, headers = (503, retry_headers()) if busy else (exception.status, {})
        return await render_page(datasette, request, "error.html", values, status=status, headers=headers)

    return page
