"""503 for a query that timed out or failed to read the archive: as a page, JSON or text."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.web.render import unavailable
from ingest.web.run_query import QueryFailed, QueryTimeout, is_interrupted


@hookimpl(tryfirst=True)
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Callable[[], Awaitable[Response]] | None:
    failed = QueryTimeout() if is_interrupted(exception) else exception
    if not isinstance(failed, QueryFailed):
        return None

    async def page() -> Response:
        return await unavailable(datasette, request, failed.message)

    return page
