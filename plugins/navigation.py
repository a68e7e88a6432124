"""What stands above Datasette's own pages: the ways that every page of ours offers."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from ingest.pages.navigation import site
from ingest.web.access import find_archive, may_read


@hookimpl
def extra_template_vars(
    template: str | None, datasette: Any, request: Any
) -> Callable[[], Awaitable[dict[str, Any]]] | dict[str, Any]:
    """`archive_ways`, for our base.html: nothing for who may not read the archive."""
    if (template or "").startswith("feedsette/"):
        return {}

    async def variables() -> dict[str, Any]:
        archive = await find_archive(datasette)
        actor = request.actor if request else None
        if archive is None or not await may_read(datasette, actor, archive.name):
            return {}
        urls = datasette.urls
        return {"archive_ways": site({}, archive.name, str(urls.database(archive.name)), urls.path).nav}

    return variables
