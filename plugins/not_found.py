"""404 for any address, ours or Datasette's: our page, with a search, instead of Datasette's own."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import Forbidden, NotFound, Response, hookimpl

from ingest.web.access import readable_archive
from ingest.web.render import is_for_programs, not_found_page


@hookimpl
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Callable[[], Awaitable[Response | None]] | None:
    if not isinstance(exception, NotFound) or is_for_programs(request.path):
        return None

    async def page() -> Response | None:
        try:
            await readable_archive(datasette, request.actor)
        except (NotFound, Forbidden):  # Datasette's own page reveals nothing of the archive
            return None
        return await not_found_page(datasette, request, "page")

    return page
