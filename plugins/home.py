"""/: home."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from datasette import Response, hookimpl

from ingest.base.clock import now
from ingest.pages.start.doors import load_examples_of_doors, load_most_cited
from ingest.pages.start.holdings import load_holdings
from ingest.pages.start.imports import load_undated_lines
from ingest.pages.start.news import by_day, load_news, newest_filters
from ingest.web.access import readable_archive
from ingest.web.optional_parts import OptionalParts
from ingest.web.render import render_page
from ingest.web.run_query import run_query


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [("^/$", home_page)]


async def home_page(datasette: Any, request: Any) -> Response:
    archive, present = await readable_archive(datasette, request.actor), now()
    news = await run_query(archive, load_news, present)
    optional = OptionalParts(archive)
    held = await optional.run_cached(
        "how much there is, and when it was published", load_holdings, news.horizon
    )
    undated = await optional.run_cached("what came in without a date", load_undated_lines)
    values = {
        "news": news,
        "days": by_day(news.items, undated or ()),
        "held": held,
        "examples": await optional.run("what was edited last", load_examples_of_doors, present[:10]),
        "cited": await optional.run_cached("what is cited most", load_most_cited),
        "filters": urlencode(newest_filters(news)),
        "left_out": optional.left_out,
    }
    return await render_page(datasette, request, "feedsette/home.html", values)
