"""A concurrency limit for heavy requests: few are computed at a time, a few more wait in a queue, others are refused.

A request holds a worker slot while it is computed, and gives it up while its answer waits for a slow client.
"""

import asyncio
import os
import time
from collections.abc import Collection

WORKER_SLOTS = min(4, max(2, os.cpu_count() or 2))  # more than the processors would only slow each other down
MOST_STARTED = 16  # requests that are computed or being sent: each holds a part of its answer in memory
QUEUE_LENGTH = 16
QUEUE_TIMEOUT = 12.0  # seconds
LONGEST_TURN = 1.0  # seconds after which a long answer gives its slot to others that wait

# First parts of paths, of ours and Datasette's, whose cost does not depend on what a visitor asks for.
LIGHT = {"", "-", "static", "feed", "feeds.opml", "entry", "author", "tag", "health", "manage", "sign-in"}
LIGHT |= {"entries", "feeds", "folder", "tags", "authors", "queries"}
LIGHT |= {"search", "search.json", "search.atom", "favicon.ico", "robots.txt"}
LIGHT |= {"chart.svg", "chart.csv", "on-this-day"}


class ServerBusy(Exception):
    """The queue is full, or no slot came free in time."""


def is_heavy(path: str, base_url: str, databases: Collection[str]) -> bool:
    """Whether a path leads to what may be heavy: pages and exports of a database, SQL, all hits of a search, and what
    other plugins serve.

    `databases` are the parts of addresses that stand for databases, as in /archive. `base_url` begins and ends with a
    slash; a proxy may have taken it off.
    """
    below = path[len(base_url) :] if path.startswith(base_url) else path.removeprefix("/")
    first = below.partition("/")[0]
    return first in databases or first not in LIGHT


class WorkerSlots:
    """The slots of one server, and its queue."""

    def __init__(
        self, slots: int = WORKER_SLOTS, started: int = MOST_STARTED, queue_length: int = QUEUE_LENGTH
    ) -> None:
        self.computing = asyncio.Semaphore(slots)
        self.started = asyncio.Semaphore(started)
        self.queue_length = queue_length
        self.queued = 0


class WorkerSlot:
    """The slot of one request."""

    def __init__(self, slots: WorkerSlots, timeout: float = QUEUE_TIMEOUT) -> None:
        self._slots = slots
        self._timeout = timeout
        self._started = False
        self._since: float | None = None  # when it was taken, where it is held

    @property
    def is_started(self) -> bool:
        return self._started

    async def acquire(self) -> None:
        """Wait in the queue for a slot. Raises ServerBusy."""
        slots = self._slots
        if slots.queued >= slots.queue_length:
            raise ServerBusy
        slots.queued += 1
        try:
            async with asyncio.timeout(self._timeout):
                await slots.started.acquire()
                self._started = True
                await self._take()
        except TimeoutError:
            self.release()
            raise ServerBusy from None
        finally:
            slots.queued -= 1

    async def _take(self) -> None:
        await self._slots.computing.acquire()
        self._since = time.monotonic()

    def pause(self) -> None:
        """Give the slot to other requests until `resume`."""
        if self._since is not None:
            self._since = None
            self._slots.computing.release()

    async def resume(self) -> None:
        """Take the slot again if it was paused; if it was held for longer than LONGEST_TURN, queue for it again."""
        if (
            self._since is not None
            and time.monotonic() - self._since > LONGEST_TURN
            and self._slots.computing.locked()
        ):
            self.pause()
        if self._started and self._since is None:
            await self._take()

    def release(self) -> None:
        """Give the slot up for good."""
        self.pause()
        if self._started:
            self._started = False
            self._slots.started.release()
