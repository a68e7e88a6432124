"""What the owner does to several feeds at once (/manage/feeds), and lists of feeds to follow (/manage/opml)."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from datasette import Forbidden, Response, hookimpl

from ingest.base.clock import counted
from ingest.pages.manage import load_wanted_ids
from ingest.web import compat
from ingest.web.access import readable_archive
from ingest.web.jobs import JOBS, Job, poll_feeds
from ingest.web.manage import why_read_only
from ingest.web.owner.manage_page import back_to_list, manage_page, to_job, wanted_of
from ingest.web.owner.opml import LARGEST_OPML, BadOpml, UploadedList, follow_list, read_opml
from ingest.web.owner.own_archive import own_archive
from ingest.web.owner.several import holdings_of, remove_several, save_folder, save_states, ticked
from ingest.web.owner.upload import UploadTooLarge, read_upload
from ingest.web.render import render_page
from ingest.web.run_query import run_query

_UNDOABLE = 100


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [("^/manage/feeds$", several), ("^/manage/opml$", take_in_list)]


async def several(datasette: Any, request: Any) -> Response:
    """Do to the feeds that are ticked, or to all of the list, what the button says. Removing them asks before."""
    archive = await own_archive(datasette, request)
    if request.method != "POST":
        return Response.redirect(datasette.urls.path("/manage"))
    form = await request.post_vars()
    database = await readable_archive(datasette, request.actor)
    wanted, feeds = wanted_of(form), ticked(form)
    if form.get("all"):
        feeds = await run_query(database, load_wanted_ids, wanted)
    action = form.get("action")
    if not feeds:
        why = "Tick the feeds first that this is for."
        return await manage_page(datasette, request, of_list=why, wanted=wanted)
    if action == "poll":
        job = Job(f"Checking {counted(len(feeds), 'feed')}")
        return to_job(datasette, JOBS.start(job, partial(poll_feeds, archive, feeds)))
    if action in ("pause", "resume"):
        state = "paused" if action == "pause" else "active"
        changed = await asyncio.to_thread(save_states, archive, feeds, state)
        of = ",".join(map(str, changed[:_UNDOABLE]))
        return back_to_list(datasette, form, {"of": of, "changed": len(changed)})
    if action == "move":
        to = (form.get("to") or "").strip()
        moved = await asyncio.to_thread(save_folder, archive, feeds, to)
        return back_to_list(datasette, form, {"moved": moved, "to": to})
    if action not in ("remove", "remove-for-good"):
        return await manage_page(datasette, request, of_list="There is no such button.", wanted=wanted)
    held = await run_query(database, holdings_of, feeds)
    if action == "remove":
        values = {"held": held, "fixed": why_read_only(database)}
        return await render_page(datasette, request, "feedsette/remove_feeds.html", values)
    job = Job(f"Removing {counted(len(held.feeds), 'feed')}", total=held.entries)
    return to_job(datasette, JOBS.start(job, partial(remove_several, archive, held)))


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool:
    """A form with a file is checked below: the check of Datasette 0.65 fails at one. 1.0 has another."""
    return str(scope["path"]).endswith("/manage/opml")


async def take_in_list(datasette: Any, request: Any) -> Response:
    """Follow the feeds of a list (OPML) that the owner uploads, within the bounds that hold for files."""
    archive = await own_archive(datasette, request)
    if request.method != "POST":
        return Response.redirect(datasette.urls.path("/manage"))
    try:
        upload = await read_upload(request, LARGEST_OPML)
    except UploadTooLarge:
        why = f"That file is larger than {LARGEST_OPML:,} bytes, which no list of feeds is. Split it."
        return await manage_page(datasette, request, of_list=why)
    if not compat.is_of_this_site(request, upload.fields.get("csrftoken", "")):
        raise Forbidden("That form did not come from a page of this site. Load the page again.")
    if not upload.file:
        return await manage_page(datasette, request, of_list="Choose a file first: a list of feeds (OPML).")
    try:
        listed = await asyncio.to_thread(read_opml, upload.file)
    except BadOpml as error:
        return await manage_page(datasette, request, of_list=f"{upload.file_name[:200]}: {error}")
    folder = (upload.fields.get("folder") or "").strip()[:200] or None
    wanted = UploadedList(upload.file_name, listed, folder, bool(upload.fields.get("allow_private")))
    job = Job(f"Importing {counted(len(listed.feeds), 'feed')}")
    return to_job(datasette, JOBS.start(job, partial(follow_list, archive, wanted)))
