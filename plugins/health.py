"""/health: how the feeds are doing."""

from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.base.clock import now
from ingest.pages.health import load_health
from ingest.web.access import ask, readable_archive


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [("^/health$", health_page)]


async def health_page(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    variables = {"health": await ask(archive, load_health, now())}
    return Response.html(await datasette.render_template("feedsette/health.html", variables, request=request))
