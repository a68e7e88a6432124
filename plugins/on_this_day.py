"""/on-this-day: what was published on this day of the calendar in earlier years, or on ?day=05-17."""

from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.base.clock import now
from ingest.pages.listing import count_all_undated
from ingest.pages.start.on_this_day import day_in_words, day_of_calendar, load_on_this_day
from ingest.web.access import readable_archive
from ingest.web.optional_parts import OptionalParts
from ingest.web.render import render_page
from ingest.web.run_query import run_query


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [(r"^/on-this-day$", on_this_day)]


async def on_this_day(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    text = request.args.get("day") or ""
    asked, present = day_of_calendar(text), now()
    optional = OptionalParts(archive)
    values = {
        "found": await run_query(archive, load_on_this_day, asked, present),
        "undated": await optional.run_cached("how many have no date", count_all_undated),
        "no_day": text[:40] if text and not asked else None,
        "in_words": day_in_words,
        "today": present[5:10],
        "left_out": optional.left_out,
    }
    return await render_page(datasette, request, "feedsette/on_this_day.html", values)
