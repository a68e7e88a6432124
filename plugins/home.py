"""/: home, or Datasette's own index where no archive is served."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from datasette import Response, hookimpl
from datasette.views.index import IndexView

from ingest.base.clock import now
from ingest.pages import home
from ingest.web.access import find_archive, readable_archive
from ingest.web.optional_parts import OptionalParts
from ingest.web.render import render_page
from ingest.web.run_query import run_query


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [(r"^/(?P<format>)$", home_page)]  # the group is for Datasette's own view


async def home_page(datasette: Any, request: Any) -> Response:
    if await find_archive(datasette) is None:
        return await IndexView(datasette).get(request)
    archive = await readable_archive(datasette, request.actor)
    news = await run_query(archive, home.news, now())
    optional = OptionalParts(archive)
    values = {
        "news": news,
        "lines": await optional.run("the feeds", home.newest_feeds, news.horizon),
        "held": await optional.run_cached(
            "how much there is, and when it was published", home.holdings, news.horizon
        ),
        "filters": urlencode(home.newest_filters(news)),
        "left_out": optional.left_out,
    }
    return await render_page(datasette, request, "feedsette/home.html", values)
