"""/entry/1/merge and /entry/1/split: the owner makes two entries one, and two again; nobody else may."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl

from ingest.pages.merging import MergeSide, find_to_merge, load_merge_side
from ingest.pages.other_names import load_split_parts
from ingest.web.access import readable_archive
from ingest.web.manage import why_read_only
from ingest.web.owner.entries import NotToBeMerged, merge_two, split_again
from ingest.web.owner.own_archive import own_archive
from ingest.web.render import not_found_page, render_page
from ingest.web.run_query import run_query

_NUMBER = re.compile("[1-9][0-9]{0,17}")


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [
        (r"^/entry/(?P<id>\d{1,18})/merge$", merge_into),
        (r"^/entry/(?P<id>\d{1,18})/split$", split_off),
    ]


async def merge_into(datasette: Any, request: Any) -> Response:
    """Another entry becomes a part of this one: asked which, then shown both, then done."""
    archive, database, entry = await _asked(datasette, request)
    if entry is None:
        return await not_found_page(datasette, request, "entry")
    values: dict[str, Any] = {"entry": entry, "fixed": why_read_only(database)}
    if request.method == "POST":
        other = (await request.post_vars()).get("other") or ""
        try:
            await asyncio.to_thread(
                merge_two, archive, entry.id, int(other) if _NUMBER.fullmatch(other) else 0
            )
        except NotToBeMerged as error:
            values["error"] = error.why
            return await render_page(datasette, request, "feedsette/merge_entries.html", values, status=400)
        return Response.redirect(datasette.urls.path(f"/entry/{entry.id}"))
    values["typed"] = typed = (request.args.get("other") or "")[:8000]
    found = await run_query(database, find_to_merge, entry, typed)
    named = bool(_NUMBER.fullmatch(typed.strip())) or "//" in typed or typed.strip().startswith("/entry/")
    values |= {"found": found, "other": found[0] if named and len(found) == 1 else None}
    return await render_page(datasette, request, "feedsette/merge_entries.html", values)


async def split_off(datasette: Any, request: Any) -> Response:
    """What an entry is one with, each of which the owner may make an entry of its own, and is asked before.

    ?alias= is the one that was chosen, or all; ?again= are those that are entries of their own now.
    """
    archive, database, entry = await _asked(datasette, request)
    if entry is None:
        return await not_found_page(datasette, request, "entry")
    values: dict[str, Any] = {"entry": entry, "fixed": why_read_only(database)}
    if request.method == "POST":
        alias = (await request.post_vars()).get("alias") or ""
        number = int(alias) if _NUMBER.fullmatch(alias) else None
        try:
            if number is None and alias != "all":
                raise NotToBeMerged("Say which is to be an entry of its own again.")
            again = await asyncio.to_thread(split_again, archive, entry.id, number)
            if not again:
                raise NotToBeMerged("Nothing was taken for one with this entry.")
            names = ",".join(map(str, again[:20]))
            return Response.redirect(datasette.urls.path(f"/entry/{entry.id}/split?again={names}"))
        except NotToBeMerged as error:
            values["error"] = error.why
    values["parts"] = parts = await run_query(database, load_split_parts, entry.id)
    asked = request.args.get("alias") if request.method != "POST" else None
    values["asked"] = [part for part in parts if asked in ("all", str(part.name.id))]
    values["alias"] = asked
    if asked and not values["asked"]:
        values["error"] = "That was undone already. Look at what is left."
    again = re.findall(r"[1-9][0-9]{0,17}", request.args.get("again") or "")[:20]
    values["again"] = [side for id in again if (side := await run_query(database, load_merge_side, int(id)))]
    status = 400 if "error" in values else 200
    return await render_page(datasette, request, "feedsette/split_entry.html", values, status=status)


async def _asked(datasette: Any, request: Any) -> tuple[Path, Any, MergeSide | None]:
    """The owner's archive, its database, and the entry that the address names; None where there is none."""
    archive = await own_archive(datasette, request)
    database = await readable_archive(datasette, request.actor)
    return archive, database, await run_query(database, load_merge_side, int(request.url_vars["id"]))
