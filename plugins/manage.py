"""/manage and its jobs: the owner of an archive adds, modifies, polls, merges and removes feeds in the browser; nobody
else may.

The owner is whoever is signed in as root (`feedsette serve archive.db --root`), or as one of those that the setting
`owners` of this plugin names, by whichever authentication plugin.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from datasette import NotFound, Response, hookimpl

from ingest.base.opml import FEED_STATES
from ingest.base.url_spelling import without_credentials
from ingest.pages.manage import Settings, load_settings
from ingest.web.access import readable_archive
from ingest.web.jobs import JOBS, AddRequest, Job, add_feed, poll_feeds
from ingest.web.manage import (
    FeedEdit,
    FeedNotEdited,
    FeedsNotMerged,
    OnOwnNetwork,
    feed_holdings,
    merge_in_job,
    remove_in_job,
    save_settings,
    save_state,
    show_merge,
    why_read_only,
)
from ingest.web.owner.manage_page import back_to_list, manage_page, number_of, to_job
from ingest.web.owner.own_archive import own_archive
from ingest.web.render import not_found_page, render_page
from ingest.web.run_query import run_query

_View = Callable[..., Any]


@hookimpl
def register_routes() -> list[tuple[str, _View]]:
    return [
        ("^/manage$", manage),
        (r"^/manage/job/(?P<id>[\w-]{1,20})$", job_page),
        (r"^/manage/job/(?P<id>[\w-]{1,20})\.json$", job_status),
        (r"^/feed/(?P<id>\d{1,18})/modify$", modify),
        (r"^/feed/(?P<id>\d{1,18})/poll$", poll),
        (r"^/feed/(?P<id>\d{1,18})/remove$", remove),
        (r"^/feed/(?P<id>\d{1,18})/merge$", merge_into),
        (r"^/feed/(?P<id>\d{1,18})/(?P<verb>pause|resume)$", pause),
    ]


async def manage(datasette: Any, request: Any) -> Response:
    """The list of feeds, with forms to add one and to poll all."""
    archive = await own_archive(datasette, request)
    if request.method != "POST":
        return await manage_page(datasette, request)
    form = await request.post_vars()
    if form.get("action") == "poll":
        job = JOBS.start(Job("Checking all feeds"), partial(poll_feeds, archive, None))
        return to_job(datasette, job)
    address, folder = ((form.get(name) or "").strip() for name in ("address", "folder"))
    wanted = AddRequest(address, folder or None, bool(form.get("allow_private")))
    if not address:
        return await manage_page(datasette, request, add_request=wanted, error="An address is needed.")
    shown = replace(wanted, address=without_credentials(address))
    job = Job(f"Adding “{shown.address[:200]}”", shown)
    return to_job(datasette, JOBS.start(job, partial(add_feed, archive, wanted)))


async def modify(datasette: Any, request: Any) -> Response:
    """Address, title, folder, state and note of a feed."""
    archive, settings = await _feed(datasette, request)
    if settings is None:
        return await not_found_page(datasette, request, "feed")
    if request.method != "POST":
        fixed = why_read_only(await readable_archive(datasette, request.actor))
        values = {"settings": settings, "states": FEED_STATES, "fixed": fixed}
        return await render_page(datasette, request, "feedsette/modify.html", values)
    form = await request.post_vars()
    title, folder, state, note = (form.get(name) or "" for name in ("title", "folder", "state", "note"))
    address = form.get("address")
    private = bool(form.get("allow_private"))
    new_address = None if address in (None, settings.url) else address
    edit = FeedEdit(new_address, title, folder, state, note, allow_private=private)
    try:
        await asyncio.to_thread(save_settings, archive, settings.id, edit)
    except FeedNotEdited as error:
        typed = replace(settings, own_title=title, folder=folder, note=note, url=address or settings.url)
        values = {"settings": typed, "states": FEED_STATES, "error": error.why, "other": error.other}
        values["asks_private"] = isinstance(error, OnOwnNetwork)
        return await render_page(datasette, request, "feedsette/modify.html", values, status=400)
    return Response.redirect(datasette.urls.path(f"/feed/{settings.id}"))


async def poll(datasette: Any, request: Any) -> Response:
    archive, settings = await _feed(datasette, request)
    if settings is None:
        return await not_found_page(datasette, request, "feed")
    if request.method != "POST":
        return Response.redirect(datasette.urls.path(f"/feed/{settings.id}/modify"))
    job = Job(f"Checking “{settings.name[:200]}”", feed=settings.id)
    return to_job(datasette, JOBS.start(job, partial(poll_feeds, archive, [settings.id])))


async def remove(datasette: Any, request: Any) -> Response:
    """What the archive has of a feed, which goes with it for good where the owner says so."""
    archive, settings = await _feed(datasette, request)
    if settings is None:
        return await not_found_page(datasette, request, "feed")
    database = await readable_archive(datasette, request.actor)
    holdings = await run_query(database, feed_holdings, settings.id)
    if request.method != "POST":
        values = {"holdings": holdings, "fixed": why_read_only(database)}
        return await render_page(datasette, request, "feedsette/remove.html", values)
    job = Job(f"Removing “{settings.name[:200]}”", total=holdings.entries if holdings else 0)
    return to_job(datasette, JOBS.start(job, partial(remove_in_job, archive, settings.id)))


async def merge_into(datasette: Any, request: Any) -> Response:
    """Take another feed's entries into this one: asked which, then shown what is the same, then done."""
    archive, settings = await _feed(datasette, request)
    if settings is None:
        return await not_found_page(datasette, request, "feed")
    values: dict[str, Any] = {"settings": settings}
    if request.method == "POST":
        form = await request.post_vars()
        going = number_of(form.get("other"))
        shown = (form.get("same") or "", form.get("beside") or "")
        job = Job(f"Merging another feed into “{settings.name[:200]}”", feed=settings.id)
        return to_job(
            datasette, JOBS.start(job, partial(merge_in_job, archive, settings.id, going or 0, shown))
        )
    values["fixed"] = why_read_only(await readable_archive(datasette, request.actor))
    values["other"] = other = request.args.get("other") or ""
    try:
        values["shown"] = await asyncio.to_thread(show_merge, archive, settings.id, other) if other else None
    except FeedsNotMerged as error:
        values["error"] = str(error)
    status = 400 if "error" in values else 200
    return await render_page(datasette, request, "feedsette/merge.html", values, status=status)


async def pause(datasette: Any, request: Any) -> Response:
    """Pause a feed, or resume it, from the list of feeds, and say so above that list."""
    archive, settings = await _feed(datasette, request)
    if settings is None:
        return await not_found_page(datasette, request, "feed")
    if request.method != "POST":
        return Response.redirect(datasette.urls.path(f"/feed/{settings.id}/modify"))
    form = await request.post_vars()
    state = "paused" if request.url_vars["verb"] == "pause" else "active"
    await asyncio.to_thread(save_state, archive, settings.id, state)
    return back_to_list(datasette, form, {"of": settings.id})


async def job_page(datasette: Any, request: Any) -> Response:
    """How far a job is. The page's script goes on asking until it is done."""
    await own_archive(datasette, request)
    job = JOBS.get(request.url_vars["id"])
    if job is None:
        return await render_page(datasette, request, "feedsette/job_over.html", status=404)
    return await render_page(datasette, request, "feedsette/job.html", {"job": job})


async def job_status(datasette: Any, request: Any) -> Response:
    await own_archive(datasette, request)
    job = JOBS.get(request.url_vars["id"])
    if job is None:
        raise NotFound("That job is over, and forgotten.")
    return Response.json(
        {
            "done": job.done,
            "total": job.total,
            "lines": [asdict(message) for message in job.messages],
            "choices": len(job.choices),
            "finished": job.finished,
            "failed": job.failed,
            "feed": job.feed,
        },
        headers={"cache-control": "no-store"},
    )


async def _feed(datasette: Any, request: Any) -> tuple[Path, Settings | None]:
    """The archive's file, for its owner alone, and the feed that the address names, if there is one."""
    archive = await own_archive(datasette, request)
    database = await readable_archive(datasette, request.actor)
    return archive, await run_query(database, load_settings, int(request.url_vars["id"]))
