"""Each chart as a file: /chart.svg of home, /feed/1/chart.csv, /search/chart.svg?q=tide."""

import re
from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.base.clock import horizon, now
from ingest.pages.author_or_tag import count_named, find_named
from ingest.pages.feed import load_feed, summarise
from ingest.pages.plots.files import Chart, chart_csv, chart_svg
from ingest.pages.search import load_over_time
from ingest.pages.search_request import parse_search_request
from ingest.pages.start.holdings import load_holdings
from ingest.web import compat
from ingest.web.access import readable_archive
from ingest.web.cache import run_cached_query
from ingest.web.render import not_found_page, unavailable
from ingest.web.run_query import LONGEST_MS, run_query, run_query_or_none

_TOO_LONG = "Counting this takes too long. Try again in a while."


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [
        (r"^/chart\.svg$", chart_of_home),
        (r"^/chart\.csv$", chart_of_home),
        (r"^/(?P<kind>feed|author|tag)/(?P<id>\d{1,18})/chart\.(?:svg|csv)$", chart_of_one),
        (r"^/search/chart\.(?:svg|csv)$", chart_of_search),
    ]


async def chart_of_home(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    held = await run_cached_query(archive, load_holdings, horizon(now()))
    if held is None:
        return await unavailable(datasette, request, _TOO_LONG)
    title = (await compat.instance_metadata(datasette)).get("title")
    return await _file(datasette, request, held.plot, str(title or "Feed archive"))


async def chart_of_one(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    kind, id = request.url_vars["kind"], int(request.url_vars["id"])
    found = await (
        run_query(archive, load_feed, id) if kind == "feed" else run_query(archive, find_named, kind, id)
    )
    if found is None:
        return await not_found_page(datasette, request, kind)
    end = horizon(now())
    counts = await (
        run_cached_query(archive, summarise, id, end)
        if kind == "feed"
        else run_cached_query(archive, count_named, kind, id, end)
    )
    if counts is None:
        return await unavailable(datasette, request, _TOO_LONG)
    return await _file(datasette, request, counts.plot, found.name)


async def chart_of_search(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    asked = parse_search_request(request.args.getlist("q"), None, None, None)
    counted = await run_query_or_none(archive, LONGEST_MS, load_over_time, asked, horizon(now()))
    if counted is None:
        return await unavailable(datasette, request, _TOO_LONG)
    return await _file(datasette, request, counted.bars or counted.lines, asked.text or "All entries")


async def _file(datasette: Any, request: Any, chart: Chart | None, name: str) -> Response:
    if chart is None:
        return await not_found_page(datasette, request, "page")
    ending = request.path[-3:]
    headers = {"content-disposition": f'attachment; filename="{_file_name(name)}.{ending}"'}
    if ending == "csv":
        return Response(chart_csv(chart), content_type="text/csv; charset=utf-8", headers=headers)
    title = f"{name}: entries by {chart.unit}"
    headers["content-disposition"] = headers["content-disposition"].replace("attachment", "inline")
    return Response(chart_svg(chart, title), content_type="image/svg+xml; charset=utf-8", headers=headers)


def _file_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:60].strip("-") or "chart"
