"""What the owner of an archive may do in the browser: add, modify, pause and poll feeds. A guest may do none of it.

The owner is whoever is signed in as root (`feedsette serve archive.db --root`), or as one of those that the setting
`owners` of this plugin names, by whichever authentication plugin.
"""

import asyncio
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from datasette import Forbidden, NotFound, Response, hookimpl

from ingest.archive import open_archive
from ingest.pages.owner import load_settings
from ingest.tending import STATES, Asked, Job, Jobs, add_feed, modify_feed, poll_feeds
from ingest.web import ask, missing, readable_archive

View = Callable[..., Any]
_jobs = Jobs()


def is_owner(datasette: Any, actor: dict[str, Any] | None) -> bool:
    owners = (datasette.plugin_config("feedsette") or {}).get("owners", [])
    return bool(actor) and actor is not None and actor.get("id") in {"root", *owners}


@hookimpl
def extra_template_vars(template: str | None, datasette: Any, request: Any) -> dict[str, Any]:
    if not (template or "").startswith("feedsette/") or request is None:
        return {}
    return {"is_owner": is_owner(datasette, request.actor)}


@hookimpl
def register_routes() -> list[tuple[str, View]]:
    return [
        ("^/manage$", manage),
        (r"^/manage/job/(?P<id>[\w-]{1,20})$", job_page),
        (r"^/manage/job/(?P<id>[\w-]{1,20})\.json$", job_status),
        (r"^/feed/(?P<id>\d{1,18})/modify$", modify),
        (r"^/feed/(?P<id>\d{1,18})/poll$", poll),
    ]


async def manage(datasette: Any, request: Any) -> Response:
    """Add a feed, or poll all that there are."""
    archive = await _own(datasette, request)
    if request.method != "POST":
        return await _page(datasette, request, "manage", {})
    form = await request.post_vars()
    if form.get("action") == "poll":
        job = _jobs.start(Job("Polling all feeds"), partial(poll_feeds, archive, None))
        return _to(datasette, job)
    address, folder = ((form.get(name) or "").strip() for name in ("address", "folder"))
    if not address:
        return await _page(datasette, request, "manage", {"error": "An address is needed."}, 400)
    asked = Asked(address, folder or None, bool(form.get("allow_private")))
    job = _jobs.start(Job(f"Adding {address[:200]}"), partial(add_feed, archive, asked))
    return _to(datasette, job)


async def modify(datasette: Any, request: Any) -> Response:
    """Title, folder, state and note of a feed."""
    archive = await _own(datasette, request)
    database = await readable_archive(datasette, request.actor)
    feed_id = int(request.url_vars["id"])
    settings = await ask(database, load_settings, feed_id)
    if settings is None:
        return await missing(datasette, request, "feed")
    if request.method != "POST":
        return await _page(datasette, request, "modify", {"settings": settings, "states": STATES})
    form = await request.post_vars()

    def save() -> None:
        with closing(open_archive(archive)) as db:
            values = (form.get(name) or "" for name in ("title", "folder", "state", "note"))
            modify_feed(db, feed_id, *values)

    try:
        await asyncio.to_thread(save)
    except ValueError as error:
        variables = {"settings": settings, "states": STATES, "error": str(error)}
        return await _page(datasette, request, "modify", variables, 400)
    return Response.redirect(datasette.urls.path(f"/feed/{feed_id}"))


async def poll(datasette: Any, request: Any) -> Response:
    archive = await _own(datasette, request)
    feed_id = int(request.url_vars["id"])
    if request.method != "POST":
        return Response.redirect(datasette.urls.path(f"/feed/{feed_id}/modify"))
    job = _jobs.start(Job("Polling the feed", feed=feed_id), partial(poll_feeds, archive, feed_id))
    return _to(datasette, job)


async def job_page(datasette: Any, request: Any) -> Response:
    """How far a job is. The page's script goes on asking until it is done."""
    return await _page(datasette, request, "job", {"job": await _job(datasette, request)})


async def job_status(datasette: Any, request: Any) -> Response:
    job = await _job(datasette, request)
    return Response.json(
        {
            "done": job.done,
            "total": job.total,
            "lines": job.lines,
            "choices": len(job.choices),
            "finished": job.finished,
            "failed": job.failed,
            "feed": job.feed,
        },
        headers={"cache-control": "no-store"},
    )


async def _job(datasette: Any, request: Any) -> Job:
    await _own(datasette, request)
    job = _jobs.get(request.url_vars["id"])
    if job is None:
        raise NotFound("That job is over, and forgotten.")
    return job


async def _own(datasette: Any, request: Any) -> Path:
    """The archive's file, for its owner alone."""
    if not is_owner(datasette, request.actor):
        raise Forbidden("Only the owner of the archive may do this.")
    database = await readable_archive(datasette, request.actor)
    return Path(database.path)


def _to(datasette: Any, job: Job) -> Response:
    return Response.redirect(datasette.urls.path(f"/manage/job/{job.id}"))


async def _page(
    datasette: Any, request: Any, name: str, variables: dict[str, Any], status: int = 200
) -> Response:
    html = await datasette.render_template(f"feedsette/{name}.html", variables, request=request)
    return Response.html(html, status=status)
