"""/feeds, /tags and /authors: all of them, filtered and sorted; and /queries, the ready ones in groups."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from datasette import Response, hookimpl

from ingest.base.clock import horizon, now
from ingest.pages.author_or_tag import AuthorOrTag
from ingest.pages.lists.feed_list import arrange_feeds, feeds_sql, load_feeds
from ingest.pages.lists.filtering import asked_page, filter_of, list_address
from ingest.pages.lists.folder import folder_path
from ingest.pages.lists.names import load_names_page, order_of_names
from ingest.pages.lists.queries import ReadyQuery, grouped_queries
from ingest.pages.lists.shares import load_shares
from ingest.web import compat
from ingest.web.access import free_routes, readable_archive
from ingest.web.optional_parts import OptionalParts
from ingest.web.render import render_page

_View = Callable[..., Any]


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, _View]]:
    return free_routes(
        datasette,
        [
            (r"^/feeds$", feeds_page),
            (r"^/tags$", tags_page),
            (r"^/authors$", authors_page),
            (r"^/queries$", queries_page),
        ],
    )


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


async def tags_page(datasette: Any, request: Any) -> Response:
    return await _names_page(datasette, request, "tag")


async def authors_page(datasette: Any, request: Any) -> Response:
    return await _names_page(datasette, request, "author")


async def _names_page(datasette: Any, request: Any, kind: AuthorOrTag) -> Response:
    """Tags or authors, the most used first, or with ?q= those that have it in their name."""
    archive = await readable_archive(datasette, request.actor)
    optional, named = OptionalParts(archive), filter_of(request.args.get("q"))
    order, page = order_of_names(request.args.get("sort")), asked_page(request.args.get("page"))
    # What a visitor types is seldom asked for again, so that alone is not cached.
    run = optional.run if named else optional.run_cached
    shown = await run(f"the {kind}s", load_names_page, kind, named, order, page)
    shares = None
    if shown and shown.ids:
        share = "what share of all entries each had", load_shares, kind, shown.ids, horizon(now())
        shares = await optional.run_cached(*share)
    values = {
        "kind": kind,
        "named": named,
        "order": order,
        "shown": shown,
        "shares": shares,
        "address": list_address(datasette.urls.path(f"/{kind}s"), named, order),
        "params": urlencode(shown.params) if shown else "",
        "left_out": optional.left_out,
    }
    return await render_page(datasette, request, "feedsette/names.html", values)


async def queries_page(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    found = [
        ReadyQuery(name, title, description, str(datasette.urls.query(archive.name, name)))
        for name, title, description in await compat.visible_queries(datasette, request.actor, archive.name)
    ]
    return await render_page(datasette, request, "feedsette/queries.html", {"groups": grouped_queries(found)})
