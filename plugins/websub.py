"""Where hubs confirm subscriptions and push what is new."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from datasette import Response, hookimpl
from sqlite_utils import Database

from ingest.archive import open_archive
from ingest.parse import NotAFeed
from ingest.readers import read
from ingest.web import find_archive
from ingest.websub import Hub, asked_for, confirmed, denied, is_signed, key_of, pushed, unreadable

PATH = "/-/websub/"
LARGEST = 32_000_000  # bytes of a push

Result = TypeVar("Result")


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [(rf"^{PATH}(?P<token>[0-9a-f-]{{3,64}})$", websub)]


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool:
    """A hub proves itself by its signature, and has no cookies."""
    return str(scope["path"]).startswith(PATH)


async def websub(datasette: Any, request: Any) -> Response:
    database = await find_archive(datasette)
    if database is None or not database.path:
        return Response.text("", status=404)
    archive = Path(database.path)
    key, token = key_of(archive), request.url_vars["token"]
    hub = await _with_archive(archive, lambda db: asked_for(db, key, token))
    if hub is None:
        return Response.text("", status=404)
    if request.method == "POST":
        return await _push(archive, hub, request)
    return await _verify(archive, hub, request.args)


async def _verify(archive: Path, hub: Hub, args: Any) -> Response:
    """Answer a hub's question whether we want this (WebSub, 5.3)."""
    mode, topic, moment = args.get("hub.mode"), args.get("hub.topic") or "", datetime.now(UTC)
    if mode == "denied":
        reason = args.get("hub.reason") or "no reason given"
        await _with_archive(archive, lambda db: denied(db, hub, reason))
        return Response.text("")
    lease = args.get("hub.lease_seconds") or ""
    if mode == "subscribe" and await _with_archive(
        archive, lambda db: confirmed(db, hub, topic, lease, moment)
    ):
        return Response.text(args.get("hub.challenge") or "")
    return Response.text("", status=404)


async def _push(archive: Path, hub: Hub, request: Any) -> Response:
    """Save what a hub pushes. One that is not signed as agreed is answered alike, and let go (WebSub, 8)."""
    length = request.headers.get("content-length") or ""
    if not length.isdigit() or int(length) > LARGEST:
        return Response.text("", status=413)
    body = await request.post_body()
    if is_signed(key_of(archive), hub, body, request.headers.get("x-hub-signature")):
        await asyncio.to_thread(_save, archive, hub, body, request.headers.get("content-type"))
    return Response.text("", status=202)


def _save(archive: Path, hub: Hub, body: bytes, content_type: str | None) -> None:
    with closing(open_archive(archive)) as db:
        try:
            pushed(db, hub, read(body, content_type, None), datetime.now(UTC))
        except NotAFeed as error:
            unreadable(db, hub, str(error))


async def _with_archive(archive: Path, work: Callable[[Database], Result]) -> Result:
    def run() -> Result:
        with closing(open_archive(archive)) as db:
            return work(db)

    return await asyncio.to_thread(run)
