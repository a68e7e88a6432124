"""/feed/1/icon: the icon of a feed, as it was received, so that nothing in it runs."""

from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.pages.icons import load_icon
from ingest.web.access import readable_archive
from ingest.web.run_query import run_query

_HEADERS = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "private, max-age=86400",
}


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [(r"^/feed/(?P<id>\d{1,18})/icon$", feed_icon)]


async def feed_icon(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    icon = await run_query(archive, load_icon, int(request.url_vars["id"]))
    if icon is None:
        return Response.text("No icon of this feed is kept.\n", status=404)
    return Response(icon.bytes, content_type=icon.type, headers=dict(_HEADERS))
