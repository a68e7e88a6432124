"""/health: how the feeds are doing."""

from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.base.clock import now
from ingest.pages.document import has_documents
from ingest.pages.health import load_health
from ingest.pages.unstable_guids import load_unstable_guids
from ingest.web.access import may_read_documents, readable_archive
from ingest.web.render import render_page
from ingest.web.run_query import run_query


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [("^/health$", health_page)]


async def health_page(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    may = await may_read_documents(datasette, request.actor, archive.name)
    values = {
        "health": await run_query(archive, load_health, now()),
        "unstable": await run_query(archive, load_unstable_guids),
        "documents": may and await run_query(archive, has_documents),
    }
    return await render_page(datasette, request, "feedsette/health.html", values)
