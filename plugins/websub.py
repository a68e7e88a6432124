"""Where hubs confirm subscriptions and push what is new."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from datasette import Response, hookimpl
from sqlite_utils import Database

from ingest.archive.file.errors import ArchiveError, explained
from ingest.archive.file.opening import open_archive
from ingest.archive.websub_subscriptions import Hub, may_push, save_push
from ingest.base.clock import now
from ingest.base.models import NotAFeed
from ingest.cli.terminal import echo
from ingest.poll.websub import confirm, deny, hub_of_token, is_signed, key_of, note_unreadable
from ingest.web.access import find_archive, unavailable
from ingest.workers.parse_pool import ParsePool

PATH = "/-/websub/"
LARGEST = 32_000_000  # bytes of a push

PATIENCE = 30  # seconds, for a push to arrive
AT_ONCE = 4  # pushes in memory

Result = TypeVar("Result")


class Pushes:
    """One push of a feed at a time, and few in all; read as polled documents are, in processes of their own."""

    def __init__(self) -> None:
        self.readers = ParsePool()
        self._free = asyncio.Semaphore(AT_ONCE)
        self._feeds: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, feed: int) -> AsyncIterator[None]:
        lock = self._feeds.setdefault(feed, asyncio.Lock())
        async with lock, self._free:
            yield


_pushes: WeakKeyDictionary[Any, Pushes] = WeakKeyDictionary()  # of each Datasette


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [(rf"^{PATH}(?P<token>[0-9a-f-]{{3,64}})$", websub)]


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool:
    """A hub proves itself by its signature, and has no cookies."""
    return str(scope["path"]).startswith(PATH)


async def websub(datasette: Any, request: Any) -> Response:
    try:
        return await _answer(datasette, request)
    except ArchiveError as error:
        echo(error, err=True)
        return await unavailable(datasette, request, "The archive cannot be written to just now.")


async def _answer(datasette: Any, request: Any) -> Response:
    database = await find_archive(datasette)
    if database is None or not database.path:
        return Response.text("", status=404)
    archive = Path(database.path)
    key, token = key_of(archive), request.url_vars["token"]
    hub = await _with_archive(archive, lambda db: hub_of_token(db, key, token))
    if hub is None:
        return Response.text("", status=404)
    if request.method == "POST":
        return await _push(datasette, archive, hub, request)
    return await _verify(archive, hub, request.args)


async def _verify(archive: Path, hub: Hub, args: Any) -> Response:
    """Answer a hub's question whether we want this (WebSub, 5.3)."""
    mode, topic, moment = args.get("hub.mode"), args.get("hub.topic") or "", datetime.now(UTC)
    if mode == "denied":
        reason = args.get("hub.reason") or "no reason given"
        await _with_archive(archive, lambda db: deny(db, hub, reason))
        return Response.text("")
    lease = args.get("hub.lease_seconds") or ""
    if mode == "subscribe" and await _with_archive(
        archive, lambda db: confirm(db, hub, topic, lease, moment)
    ):
        return Response.text(args.get("hub.challenge") or "")
    return Response.text("", status=404)


async def _push(datasette: Any, archive: Path, hub: Hub, request: Any) -> Response:
    """Save what a hub pushes. One that is not signed as agreed is answered alike, and let go (WebSub, 8)."""
    if not await _with_archive(archive, lambda db: may_push(db, hub, now())):
        return Response.text("", status=202)
    pushes = _pushes.setdefault(datasette, Pushes())
    async with pushes.turn(hub.feed):
        try:
            async with asyncio.timeout(PATIENCE):
                body = await _body(request)
        except TimeoutError:
            return Response.text("", status=408)
        if body is None:
            return Response.text("", status=413)
        if is_signed(key_of(archive), hub, body, request.headers.get("x-hub-signature")):
            await _save(pushes.readers, archive, hub, body, request.headers.get("content-type"))
    return Response.text("", status=202)


async def _body(request: Any) -> bytes | None:
    """What is sent, in one piece or in many; None where it is too much."""
    pieces, size, more = [], 0, True
    while more:
        message = await request.receive()
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > LARGEST:
            return None
        more = message.get("more_body", False)
    return b"".join(pieces)


async def _save(readers: ParsePool, archive: Path, hub: Hub, body: bytes, content_type: str | None) -> None:
    try:
        document = await readers.read(body, content_type)
    except NotAFeed as error:
        why = str(error)
        await _with_archive(archive, lambda db: note_unreadable(db, hub, why))
    else:
        await _with_archive(archive, lambda db: save_push(db, hub, document, now()))


async def _with_archive(archive: Path, work: Callable[[Database], Result]) -> Result:
    def run() -> Result:
        with explained(archive), closing(open_archive(archive)) as db:
            return work(db)

    return await asyncio.to_thread(run)
