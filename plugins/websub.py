"""The WebSub callback (W3C, 2018): hubs verify subscriptions there, and push new documents to it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from datasette import Response, hookimpl

from ingest.web.access import find_archive
from ingest.web.render import unavailable
from ingest.web.websub_pushes import ArchiveUnavailable, Pushes, is_expected, load_hub, verify_intent

PATH = "/-/websub/"
LARGEST = 32_000_000  # bytes of a push
TIMEOUT = 30  # seconds, for a push to arrive

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
    except ArchiveUnavailable:
        return await unavailable(datasette, request, "The archive cannot be written to just now.")


async def _answer(datasette: Any, request: Any) -> Response:
    database = await find_archive(datasette)
    if database is None or not database.path:
        return Response.text("", status=404)
    archive = Path(database.path)
    hub = await load_hub(archive, request.url_vars["token"])
    if hub is None:
        return Response.text("", status=404)
    if request.method == "POST":
        return await _push(datasette, archive, hub, request)
    answer = await verify_intent(archive, hub, request.args)
    return Response.text("", status=404) if answer is None else Response.text(answer)


async def _push(datasette: Any, archive: Path, hub: Any, request: Any) -> Response:
    """Save what a hub pushes. One with a wrong signature gets the same answer and is dropped (WebSub, 8)."""
    if not await is_expected(archive, hub):
        return Response.text("", status=202)
    pushes = _pushes.setdefault(datasette, Pushes())
    async with pushes.slot(hub.feed):
        try:
            async with asyncio.timeout(TIMEOUT):
                body = await _body(request)
        except TimeoutError:
            return Response.text("", status=408)
        if body is None:
            return Response.text("", status=413)
        headers = request.headers
        await pushes.save(archive, hub, body, headers.get("x-hub-signature"), headers.get("content-type"))
    return Response.text("", status=202)


async def _body(request: Any) -> bytes | None:
    """The body of the request; None where it is larger than LARGEST bytes."""
    pieces, size, more = [], 0, True
    while more:
        message = await request.receive()
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > LARGEST:
            return None
        more = message.get("more_body", False)
    return b"".join(pieces)
