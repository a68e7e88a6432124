"""/feed/1: a feed, with its entries in full or, with ?view=titles, by title."""

from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.base.clock import horizon, now
from ingest.pages.entry_list import list_request, load_entry_list
from ingest.pages.feed import load_feed_page, summarise
from ingest.pages.feeds_out import feed_links
from ingest.pages.kept_documents import load_kept_documents
from ingest.pages.listing import feed_scope
from ingest.pages.template_changes import template_changes_of_feed
from ingest.pages.unstable_guids import load_unstable_guids
from ingest.web.access import may_read_documents, readable_archive, shows_pictures
from ingest.web.optional_parts import COUNTS, OptionalParts
from ingest.web.render import not_found_page, render_page
from ingest.web.run_query import run_query


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [(r"^/feed/(?P<id>\d{1,18})$", feed_page)]


async def feed_page(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    id = int(request.url_vars["id"])
    page = await run_query(archive, load_feed_page, id, now())
    if page is None:
        return await not_found_page(datasette, request, "feed")
    wanted, pictures = list_request(request.args, full=True), shows_pictures(datasette)
    entry_list = await run_query(archive, load_entry_list, feed_scope(id), wanted, pictures)
    optional = OptionalParts(archive)
    kept = "how many documents are kept", load_kept_documents, id
    may = await may_read_documents(datasette, request.actor, archive.name)
    values = {
        "page": page,
        "feed": page.feed,
        "entry_list": entry_list,
        "summary": await optional.run_cached(COUNTS, summarise, id, horizon(now())),
        "template_changes": await run_query(archive, template_changes_of_feed, id),
        "unstable": await optional.run_cached("whether its guids are stable", load_unstable_guids, id),
        "documents": await optional.run_cached(*kept) if may else None,
        "feed_links": feed_links(datasette.urls.path(f"/feed/{id}")),
        "left_out": optional.left_out,
    }
    return await render_page(datasette, request, "feedsette/feed.html", values)
