"""The connection to a client: detects that it disconnects, and sends the answer with backpressure.

A server that sends a large answer in one piece keeps all of it in memory for a client that does not read.
"""

import asyncio
import tempfile
from typing import IO

from ingest.web.admission import WorkerSlot
from ingest.web.server.asgi import Message, Receive, Send

SENT_AT_ONCE = 65_536  # bytes
# Bytes of an answer that may wait in memory for its client; a larger one waits in a file.
IN_MEMORY = 1_000_000
UNREAD = 1_000_000  # bytes of a body that nobody has read yet
PAUSED_AFTER = 0.05  # seconds that a send may block before the request gives up its worker slot
STALLED = 60.0  # seconds that a send may block before the client counts as gone


class ClientGone(asyncio.CancelledError):
    """The client disconnected or stalled. A CancelledError, so that no exception handler makes a page of it."""


class Client:
    """An ASGI client: a `receive` and a `send` for the app, around those of the server."""

    def __init__(self, receive: Receive, send: Send, slot: WorkerSlot | None = None) -> None:
        self._receive = receive
        self._send = send
        self._slot = slot
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._unread = 0
        self._waiting = bytearray()  # small pieces, to be sent together
        self._begun = self._streamed = False
        self._file: IO[bytes] | None = None

    async def watch(self) -> None:
        """Return when the client has gone. What it sends until then is kept for `received`."""
        while self._unread <= UNREAD:
            message = await self._receive()
            self._unread += len(message.get("body", b""))
            await self._inbox.put(message)
            if message["type"] == "http.disconnect":
                return

    async def received(self) -> Message:
        """The next message, while `watch` runs."""
        message = await self._inbox.get()
        self._unread -= len(message.get("body", b""))
        return message

    async def receive(self) -> Message:
        """The next message, where `watch` does not run. Raises ClientGone where the client disconnects in its body."""
        message = await self._receive()
        if message["type"] == "http.disconnect" and not self._begun:
            raise ClientGone
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer, or keep it until there is enough. Raises ClientGone."""
        if message["type"] != "http.response.body":
            self._begun = True
            await self._hand_over(message)
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if not more and not self._streamed and len(body) > IN_MEMORY:
            self._file = await asyncio.to_thread(_in_file, body)
            return
        self._streamed = self._streamed or more
        if more and len(self._waiting) + len(body) < SENT_AT_ONCE:
            self._waiting += body
            return
        if self._waiting:
            kept, self._waiting = bytes(self._waiting), bytearray()
            await self._hand_over(_part(kept))
        for start in range(0, len(body) - SENT_AT_ONCE, SENT_AT_ONCE):
            await self._hand_over(_part(body[start : start + SENT_AT_ONCE]))
        rest = len(body) % SENT_AT_ONCE or min(len(body), SENT_AT_ONCE)
        await self._hand_over(_part(body[len(body) - rest :], more))

    async def finish(self) -> None:
        """Send what waits in a file, when the app that made it has returned."""
        if self._file is None:
            return
        with self._file as file:
            while piece := file.read(SENT_AT_ONCE):
                await self._hand_over(_part(piece))
        await self._hand_over(_part(b"", more=False))

    async def _hand_over(self, message: Message) -> None:
        pausing = (
            asyncio.get_running_loop().call_later(PAUSED_AFTER, self._slot.pause) if self._slot else None
        )
        try:
            async with asyncio.timeout(STALLED):
                await self._send(message)
        except TimeoutError:
            raise ClientGone from None
        finally:
            if pausing:
                pausing.cancel()
        await asyncio.sleep(0)  # so that a connection that was just lost is known to be
        if self._slot:
            await self._slot.resume()


def _part(body: bytes, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


def _in_file(body: bytes) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115
    file.write(body)
    file.seek(0)
    return file
