"""/feeds: the feeds by folder."""

from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.base.clock import horizon, now
from ingest.pages.lists.feed_list import arrange_feeds, feeds_sql, load_feeds
from ingest.pages.lists.filtering import asked_page, filter_of, list_address
from ingest.pages.lists.folder import folder_path
from ingest.web.access import free_routes, readable_archive
from ingest.web.optional_parts import OptionalParts
from ingest.web.render import render_page

_View = Callable[..., Any]


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, _View]]:
    return free_routes(datasette, [(r"^/feeds$", feeds_page)])


async def feeds_page(datasette: Any, request: Any) -> Response:
    """The feeds, or with ?q= those that have it in title, site or folder."""
    archive = await readable_archive(datasette, request.actor)
    optional, present = OptionalParts(archive), now()
    end, today, named = horizon(present), present[:10], filter_of(request.args.get("q"))
    values: dict[str, Any] = {"named": named, "today": today, "folder_path": folder_path, "feeds": None}
    found = await optional.run_cached("the feeds, with what each published", load_feeds, end)
    values["left_out"] = optional.left_out
    if found is not None:
        page = asked_page(request.args.get("page"))
        feeds = arrange_feeds(found, named, request.args.get("sort"), page, today)
        address = list_address(datasette.urls.path("/feeds"), named, feeds.sorted)
        values |= {"feeds": feeds, "address": address, "sql": feeds_sql(feeds, end)}
    return await render_page(datasette, request, "feedsette/feeds.html", values)
