"""Renders a template as the answer to a request, with a status and headers; and our pages for 404 and 503.

The navigation around every page comes from ingest.web.navigation, by the hook of plugins/navigation.py.
"""

import re
from collections.abc import Mapping
from typing import Any

from datasette import Response

from ingest.pages.merged import load_merged_into
from ingest.web import compat
from ingest.web.access import find_archive
from ingest.web.navigation import bare_navigation
from ingest.web.run_query import run_query

RETRY_SECONDS = 10  # the default of Retry-After


async def render_page(
    datasette: Any,
    request: Any,
    template: str,
    values: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page made of a template, such as feedsette/home.html, and its values."""
    html = await datasette.render_template(template, dict(values or {}), request=request)
    return Response.html(html, status=status, headers=dict(headers or {}))


async def render_plain_page(
    datasette: Any,
    request: Any,
    template: str,
    values: Mapping[str, Any],
    *,
    status: int,
    headers: Mapping[str, str],
) -> Response:
    """A page of a template of Datasette's without the variables of plugins, which may read the archive."""
    given = {"site": bare_navigation(datasette), **values}
    html = await compat.plain_template(datasette, request, template, given)
    return Response.html(html, status=status, headers=dict(headers))


def is_for_programs(path: str) -> bool:
    """Whether programs read what is at the path, such as JSON: errors there are Datasette's own, in that format."""
    return path.endswith((".json", ".csv", ".atom", ".db", ".bib", ".ris"))


async def not_found_page(datasette: Any, request: Any, kind: str, asked: str = "") -> Response:
    """The page for a feed, entry, author, tag or page that is not there: 404, with a search for what was asked.

    What is below a feed or entry that was merged into another leads to the same of that.
    """
    if place := await _where_merged(datasette, request, kind):
        return Response.redirect(place)
    name = "" if kind == "page" or re.fullmatch(r"[0-9.+-]*", asked) else asked[:200]
    return await render_page(
        datasette, request, "feedsette/missing.html", {"kind": kind, "name": name}, status=404
    )


async def _where_merged(datasette: Any, request: Any, kind: str) -> str | None:
    asked = re.search(r"/(entry|feed)/([0-9]{1,18})([/.][a-z0-9/.]*)?\Z", request.path)
    archive = await find_archive(datasette)
    if request.method == "POST" or archive is None or not asked or asked[1] != kind:
        return None
    number = await run_query(archive, load_merged_into, kind, int(asked[2]))
    if number is None:
        return None
    query = f"?{request.query_string}" if request.query_string else ""
    return str(datasette.urls.path(f"/{kind}/{number}{asked[3] or ''}{query}"))


def retry_headers(seconds: int = RETRY_SECONDS) -> dict[str, str]:
    """The headers of every 503."""
    return {"retry-after": str(seconds), "cache-control": "no-store"}


async def unavailable(datasette: Any, request: Any, why: str) -> Response:
    """503 with Retry-After: `why` is a sentence or two for the user, on a page of ours, or as JSON or text."""
    headers = retry_headers()
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": why}, status=503, headers=headers)
    if is_for_programs(request.path):
        return Response.text(why, status=503, headers=headers)
    values = {"why": why, "q": request.args.get("q")}
    return await render_page(
        datasette, request, "feedsette/unavailable.html", values, status=503, headers=headers
    )
