"""The page of the list of feeds that the owner manages, and the way to a job."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from datasette import Response

from ingest.base.clock import now
from ingest.pages.manage import WantedFeeds, load_managed_feeds, load_settings
from ingest.web.access import readable_archive
from ingest.web.jobs import AddRequest, Job
from ingest.web.manage import why_read_only
from ingest.web.render import render_page
from ingest.web.run_query import run_query

_MOST_NAMED = 100  # feeds that a change can be undone of


def number_of(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch("[1-9][0-9]{0,8}", text) else None


def wanted_of(given: Mapping[str, Any]) -> WantedFeeds:
    """What part of the list an address or a form names."""
    folder = given.get("folder") or ""
    named = (given.get("named") or "").strip()
    return WantedFeeds(named, folder.strip() or folder[:1], given.get("by") == "folder")


async def manage_page(
    datasette: Any,
    request: Any,
    *,
    add_request: AddRequest | None = None,
    error: str | None = None,
    of_list: str | None = None,
    wanted: WantedFeeds | None = None,
) -> Response:
    """The list of feeds. `error` is on adding one, `of_list` on a list that was uploaded, or on what was ticked.

    ?of= are the feeds that were just paused or resumed, ?moved= how many were put into the folder ?to=.
    """
    database = await readable_archive(datasette, request.actor)
    page, wanted = number_of(request.args.get("page")) or 1, wanted or wanted_of(request.args)
    changed = [number for text in (request.args.get("of") or "").split(",") if (number := number_of(text))]
    found = [await run_query(database, load_settings, number) for number in changed[:_MOST_NAMED]]
    values = {
        "managed": await run_query(database, load_managed_feeds, page, wanted),
        "changed": [feed for feed in found if feed],
        "several": number_of(request.args.get("changed")) or len(found),
        "moved": number_of(request.args.get("moved")),
        "to": request.args.get("to") or "",
        "wanted": wanted,
        "place": wanted.values | ({"page": str(page)} if page > 1 else {}),
        "now": now(),
        "add_request": add_request,
        "error": error,
        "of_list": of_list,
        "fixed": why_read_only(database),
    }
    status = 400 if error or of_list else 200
    return await render_page(datasette, request, "feedsette/manage.html", values, status=status)


def back_to_list(datasette: Any, form: Mapping[str, str], said: Mapping[str, Any]) -> Response:
    """To the place in the list that a form names, which says what was done."""
    place = {name: form[name] for name in ("named", "folder", "by", "page") if form.get(name)}
    return Response.redirect(datasette.urls.path(f"/manage?{urlencode({**said, **place})}"))


def to_job(datasette: Any, job: Job) -> Response:
    return Response.redirect(datasette.urls.path(f"/manage/job/{job.id}"))
