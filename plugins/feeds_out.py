"""Feeds of our own: the newest entries of a feed, author or tag as Atom or JSON Feed, and all feeds as OPML."""

import re
from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.base.clock import horizon, now
from ingest.base.opml import write_opml
from ingest.pages.feed import load_subscriptions
from ingest.pages.feeds_out import FEED_FORMATS, FeedSource, load_newest
from ingest.web.access import readable_archive
from ingest.web.navigation import load_navigation
from ingest.web.render import not_found_page
from ingest.web.run_query import run_query


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    formats = "|".join(map(re.escape, FEED_FORMATS))
    return [
        (rf"^/(?P<kind>feed|author|tag)/(?P<id>\d{{1,18}})/(?P<format>{formats})$", newest_entries),
        (r"^/feeds\.opml$", feeds_opml),
    ]


async def newest_entries(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    kind, id = request.url_vars["kind"], int(request.url_vars["id"])
    newest = await run_query(archive, load_newest, kind, id, horizon(now()))
    if newest is None:
        return await not_found_page(datasette, request, kind)

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, datasette.urls.path(path)))

    name, format = request.url_vars["format"], FEED_FORMATS[request.url_vars["format"]]
    addresses = absolute(f"/{kind}/{id}/{name}"), absolute(f"/{kind}/{id}"), absolute("/entry/")
    source = FeedSource(newest.archive, f"{kind}/{id}", newest.title, *addresses)
    document = format.write(source, newest.items, newest.texts)
    return Response(document, content_type=f"{format.content_type}; charset=utf-8")


async def feeds_opml(datasette: Any, request: Any) -> Response:
    """All feeds, or with ?feed=ID that one alone."""
    archive = await readable_archive(datasette, request.actor)
    wanted = request.args.get("feed")
    if wanted and not re.fullmatch(r"[0-9]{1,18}", wanted):
        return await not_found_page(datasette, request, "feed", wanted)
    feeds = await run_query(archive, load_subscriptions, int(wanted) if wanted else None)
    if wanted and not feeds:
        return await not_found_page(datasette, request, "feed", wanted)
    title = (await load_navigation(datasette, request.actor)).title
    headers = {"content-disposition": 'attachment; filename="feeds.opml"'}
    return Response(write_opml(feeds, title), content_type="text/x-opml; charset=utf-8", headers=headers)
