"""/author/1 and /tag/1: an author or a tag, with its entries by title or, with ?view=full, in full."""

from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.base.clock import horizon, now
from ingest.pages.author_or_tag import count_named, find_named
from ingest.pages.entry import load_credited
from ingest.pages.entry_list import list_request, load_entry_list
from ingest.pages.feeds_out import feed_links
from ingest.web.access import readable_archive, shows_pictures
from ingest.web.optional_parts import COUNTS, OptionalParts
from ingest.web.render import not_found_page, render_page
from ingest.web.run_query import run_query


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [(r"^/(?P<kind>author|tag)/(?P<id>\d{1,18})$", author_or_tag_page)]


async def author_or_tag_page(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    kind, id = request.url_vars["kind"], int(request.url_vars["id"])
    named = await run_query(archive, find_named, kind, id)
    if named is None:
        return await not_found_page(datasette, request, kind)
    wanted, pictures = list_request(request.args, full=False), shows_pictures(datasette)
    entry_list = await run_query(archive, load_entry_list, named.scope, wanted, pictures)
    optional = OptionalParts(archive)
    values = {
        "named": named,
        "entry_list": entry_list,
        "credited": await optional.run("what names it", load_credited, id) if kind == "author" else None,
        "counts": await optional.run_cached(COUNTS, count_named, kind, id, horizon(now())),
        "feed_links": feed_links(datasette.urls.path(f"/{kind}/{id}")),
        "left_out": optional.left_out,
    }
    return await render_page(datasette, request, "feedsette/named.html", values)
