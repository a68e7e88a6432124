"""/folder/NAME: a folder of feeds, with their entries; /folder/NAME/atom and /json, the newest of these as a feed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from datasette import Response, hookimpl

from ingest.base.clock import horizon, now
from ingest.pages.entry_list import list_request, load_entry_list
from ingest.pages.feeds_out import FEED_FORMATS, FeedSource, feed_links
from ingest.pages.lists.feed_list import arrange_feeds, load_feeds
from ingest.pages.lists.folder import Folder, count_folder, find_folder, load_newest_in_folder
from ingest.web.access import free_routes, readable_archive, shows_pictures
from ingest.web.optional_parts import COUNTS, OptionalParts
from ingest.web.render import not_found_page, render_page
from ingest.web.run_query import run_query


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    return free_routes(datasette, [(r"^/folder(?:/(?P<name>.*))?$", folder_page)])


async def folder_page(datasette: Any, request: Any) -> Response:
    """The folder of a name; what follows its last slash may be the format of a feed, or a part of the name."""
    archive = await readable_archive(datasette, request.actor)
    asked = request.url_vars["name"] or ""
    if not asked.strip("/"):
        return Response.redirect(datasette.urls.path("/feeds?sort=folder"))
    beginning, _, format = asked.rpartition("/")
    if format in FEED_FORMATS and (folder := await run_query(archive, find_folder, unquote(beginning))):
        return await _as_feed(datasette, request, archive, folder, format)
    folder = await run_query(archive, find_folder, unquote(asked))
    if (
        folder is None
        and (folder := await run_query(archive, find_folder, unquote(asked).rstrip("/"))) is None
    ):
        return await not_found_page(datasette, request, "folder", unquote(asked))
    return await _page(datasette, request, archive, folder)


async def _page(datasette: Any, request: Any, archive: Any, folder: Folder) -> Response:
    wanted, pictures = list_request(request.args, full=False), shows_pictures(datasette)
    optional, present = OptionalParts(archive), now()
    end, today = horizon(present), present[:10]
    feeds = await optional.run_cached("its feeds", load_feeds, end) or ()
    within = [feed for feed in feeds if feed.id in folder.feeds]
    values = {
        "folder": folder,
        "entry_list": await run_query(archive, load_entry_list, folder.scope, wanted, pictures),
        "feeds": arrange_feeds(within, "", "last", 1, today),
        "counts": await optional.run_cached(COUNTS, count_folder, folder.name, end),
        "feed_links": feed_links(datasette.urls.path(folder.path)),
        "today": today,
        "left_out": optional.left_out,
    }
    return await render_page(datasette, request, "feedsette/folder.html", values)


async def _as_feed(datasette: Any, request: Any, archive: Any, folder: Folder, format: str) -> Response:
    newest = await run_query(archive, load_newest_in_folder, folder, horizon(now()))

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, datasette.urls.path(path)))

    addresses = absolute(f"{folder.path}/{format}"), absolute(folder.path), absolute("/entry/")
    source = FeedSource(newest.archive, f"folder/{folder.name}", newest.title, *addresses)
    document = FEED_FORMATS[format].write(source, newest.items, newest.texts)
    return Response(document, content_type=f"{FEED_FORMATS[format].content_type}; charset=utf-8")
