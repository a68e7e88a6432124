"""/: home."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from datasette import Response, hookimpl

from ingest.base.clock import now
from ingest.pages import home
from ingest.web.access import readable_archive
from ingest.web.optional_parts import OptionalParts
from ingest.web.render import render_page
from ingest.web.run_query import run_query


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [("^/$", home_page)]


async def home_page(datasette: Any, request: Any) -> Response:
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
