"""Reading response bodies within limits: bytes as sent, bytes after decompression, and large bodies in memory."""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from itertools import chain

import httpcore2

from ingest.base.decompress import Decompressor
from ingest.fetch.errors import advise_higher_limit
from ingest.fetch.messages import FetchError, Limits

DRAINED = 1_000_000  # bytes: up to these an unwanted body is read, so that its connection can be reused
# (bytes, slots): a body that grows beyond so many bytes waits for one of so many slots. A hundred bodies at the size
# limit would need more memory than most machines have.
LARGE_BODY_SLOTS = ((300_000, 6), (2_000_000, 1))


@dataclass
class Spent:
    """What a request and its redirects have used of its limits so far."""

    wire_bytes: int = 0  # of bodies
    seconds: float = 0.0  # without waiting for rate limits and slots


@dataclass(frozen=True)
class ReadBody:
    """A body after decompression, and as it was sent: one object where that is the same."""

    unpacked: bytes
    sent: bytes
    encoding: str | None  # what its Content-Encoding should have said; None where it did


class BodyReader:
    """Reads bodies, which share the slots for large ones."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._slots = [(above, asyncio.Semaphore(slots)) for above, slots in LARGE_BODY_SLOTS]

    async def read(
        self,
        response: httpcore2.Response,
        encoding: str,
        spent: Spent,
        slots: AsyncExitStack,
        deadline: asyncio.Timeout,
    ) -> ReadBody:
        """The body, which was sent in this Content-Encoding, or in gzip that is not declared.

        The slots that it takes are held until `slots` is closed; `deadline` is moved by the time that it waits for
        them. Raises FetchError, CannotDecompress.
        """
        unpack = Decompressor(encoding, guess=True)
        next_slots = iter([*self._slots, (self._limits.body_bytes, None)])
        above, slot = next(next_slots)
        # The buffers are closed, so that the traceback of an error does not keep them in memory.
        async with AsyncExitStack() as taken:
            with io.BytesIO() as body, io.BytesIO() as sent:
                async for data in self._wire(response, spent):
                    if not unpack.is_plain:
                        sent.write(data)
                    for piece in chain(
                        unpack.feed(data), [b""]
                    ):  # where nothing comes out, what was sent counts
                        self._add(body, piece)
                        while slot and body.tell() + sent.tell() > above:
                            await _take(slot, taken, spent, deadline)
                            above, slot = next(next_slots)
                for piece in unpack.finish():
                    self._add(body, piece)
                slots.push_async_exit(taken.pop_all())
                unpacked = body.getvalue()
                return ReadBody(unpacked, unpacked if unpack.is_plain else sent.getvalue(), unpack.found)

    async def drain(self, response: httpcore2.Response, spent: Spent) -> None:
        """Read and drop an unwanted body, so that the connection can be reused, unless it is longer than DRAINED."""
        start = spent.wire_bytes
        async for _ in self._wire(response, spent):
            if spent.wire_bytes - start > DRAINED:
                return

    def too_many_bytes(self) -> FetchError:
        return FetchError(
            "large",
            f"It sends more than {self._limits.wire_bytes:,} bytes.",
            advice=advise_higher_limit("--max-download"),
        )

    async def _wire(self, response: httpcore2.Response, spent: Spent) -> AsyncIterator[bytes]:
        async with aclosing(response.aiter_stream()) as chunks:
            async for data in chunks:
                spent.wire_bytes += len(data)
                if spent.wire_bytes > self._limits.wire_bytes:
                    raise self.too_many_bytes()
                yield data

    def _add(self, body: io.BytesIO, piece: bytes) -> None:
        if body.tell() + len(piece) > self._limits.body_bytes:
            raise FetchError(
                "large",
                f"It is larger than {self._limits.body_bytes:,} bytes once decompressed.",
                advice=advise_higher_limit("--max-size"),
            )
        body.write(piece)


async def _take(
    slot: asyncio.Semaphore, taken: AsyncExitStack, spent: Spent, deadline: asyncio.Timeout
) -> None:
    """Wait for a slot. The time is not counted against the server."""
    began = time.monotonic()
    await taken.enter_async_context(slot)
    waited = time.monotonic() - began
    spent.seconds -= waited
    deadline.reschedule((deadline.when() or 0) + waited)
