"""Redirects: /feed/NAME, /author/NAME, /tag/NAME to the page of that name; /feed and so on to the page of all."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from datasette import Response, hookimpl

from ingest.pages.author_or_tag import find_by_name
from ingest.web.access import readable_archive
from ingest.web.render import not_found_page
from ingest.web.run_query import run_query

# Pages of ours, and a table.
_LISTS = {
    "entry": "/entries",
    "feed": "/feeds",
    "author": "/authors",
    "tag": "/tags",
    "document": "documents",
}


# After the routes of all pages, whose addresses begin alike.
@hookimpl(trylast=True)
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    # A database of such a name keeps its pages.
    kinds = "|".join(kind for kind in _LISTS if kind not in datasette.databases)
    return [(rf"^/(?P<kind>{kinds})(?:/(?P<asked>.*[^/]))?$", by_name)] if kinds else []


async def by_name(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    kind, asked = request.url_vars["kind"], unquote(request.url_vars["asked"] or "").strip()
    if not asked:
        to, table = _LISTS[kind], datasette.urls.table(archive.name, _LISTS[kind])
        return Response.redirect(datasette.urls.path(to) if to.startswith("/") else table)
    id = None if kind in ("entry", "document") else await run_query(archive, find_by_name, kind, asked)
    if id is not None:
        return Response.redirect(datasette.urls.path(f"/{kind}/{id}"))
    is_page = re.match(r"\d+(?:/|\.[a-z])", asked)
    return await not_found_page(datasette, request, "page" if is_page else kind, asked)
