"""Who may ask something heavy just now: a few at a time, a few more in a queue, and nobody beyond these.

A place is held while a question is computed. While its answer waits for a slow client, the place is lent to others.
"""

import asyncio
import os
import time
from collections.abc import Collection

PLACES = min(4, max(2, os.cpu_count() or 2))  # more than the processors would only slow each other down
BEGUN = 16  # questions that are computed or being sent: each holds a part of its answer in memory
QUEUE = 16
PATIENCE = 12.0  # seconds in the queue
TURN = 1.0  # seconds after which a long answer lets others compute, if any wait

# What our own and Datasette's pages for one thing are called, whose cost does not depend on what a visitor asks.
_LIGHT = {"", "-", "static", "feed", "feeds.opml", "entry", "author", "tag", "health", "manage"}
_LIGHT |= {"search", "search.json", "search.atom", "favicon.ico", "robots.txt"}


class Busy(Exception):
    """There is no place, and none came free in time."""


def is_heavy(path: str, base_url: str, databases: Collection[str]) -> bool:
    """Whether a path leads to what may be heavy: pages and exports of a database, SQL, all hits of a search, and what
    other plugins serve.

    `databases` are the parts of addresses that stand for databases, as in /archive. `base_url` begins and ends with a
    slash; a proxy may have taken it off.
    """
    below = path[len(base_url) :] if path.startswith(base_url) else path.removeprefix("/")
    first = below.partition("/")[0]
    return first in databases or first not in _LIGHT


class Places:
    """The places of one server."""

    def __init__(self, places: int = PLACES, begun: int = BEGUN, queue: int = QUEUE) -> None:
        self.computing = asyncio.Semaphore(places)
        self.begun = asyncio.Semaphore(begun)
        self.queue = queue
        self.queued = 0


class Place:
    """That of one question."""

    def __init__(self, places: Places, patience: float = PATIENCE) -> None:
        self._places = places
        self._patience = patience
        self._begun = False
        self._since: float | None = None  # when it was taken, where it is held

    @property
    def is_begun(self) -> bool:
        return self._begun

    async def begin(self) -> None:
        """Take a place. Raises Busy."""
        places = self._places
        if places.queued >= places.queue:
            raise Busy
        places.queued += 1
        try:
            async with asyncio.timeout(self._patience):
                await places.begun.acquire()
                self._begun = True
                await self._take()
        except TimeoutError:
            self.leave()
            raise Busy from None
        finally:
            places.queued -= 1

    async def _take(self) -> None:
        await self._places.computing.acquire()
        self._since = time.monotonic()

    def lend(self) -> None:
        """Let another question have it until this one goes on."""
        if self._since is not None:
            self._since = None
            self._places.computing.release()

    async def go_on(self) -> None:
        """Have it again if it was lent; if it was held for long, after others who wait for it."""
        if (
            self._since is not None
            and time.monotonic() - self._since > TURN
            and self._places.computing.locked()
        ):
            self.lend()
        if self._begun and self._since is None:
            await self._take()

    def leave(self) -> None:
        """Give it up for good."""
        self.lend()
        if self._begun:
            self._begun = False
            self._places.begun.release()
