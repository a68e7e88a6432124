"""What was counted in an archive, which is counted anew when anything in the archive changed."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from ingest.web.access import Answer, ask_within

MOST = 500  # answers about a database
# Counting what takes longer than QUICK seconds anew at every change would keep a large archive busy while it is being
# updated: such an answer stands PATIENCE times as long as it took. So does that it took too long.
QUICK, PATIENCE = 0.2, 20
# Counting may go on for longer than the page that asked first waits for it: the next page has the answer.
WAIT_SECONDS, COUNT_MS = 5, 20_000
AT_ONCE = 2  # counts in a database; with as many threads as that, others are left for what is quick
MOST_COUNTS = 20  # that are going on or wait for their turn; beyond that, nothing is counted

Key = tuple[Any, ...]


@dataclass(frozen=True)
class _Counted:
    """How counting went. `answer` is None where it was interrupted."""

    version: int
    answer: Any
    took: float  # seconds
    at: float

    def stands(self, version: int) -> bool:
        lasting = self.took > QUICK or self.answer is None
        fresh = lasting and time.monotonic() - self.at < self.took * PATIENCE
        return fresh or (self.version == version and self.answer is not None)


@dataclass
class _Watched:
    """A connection that nothing is written by: its data_version is another whenever somebody else committed.

    `answers` are the last that there were, `latest` how counting went the last time.
    """

    connection: Any
    lock: Lock = field(default_factory=Lock)
    latest: OrderedDict[Key, _Counted] = field(default_factory=OrderedDict)
    answers: dict[Key, Any] = field(default_factory=dict)
    counting: dict[Key, asyncio.Task[None]] = field(default_factory=dict)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def version(self) -> int:
        with self.lock:
            [(version,)] = self.connection.execute("PRAGMA data_version").fetchall()
            return int(version)

    def keep(self, key: Key, counted: _Counted) -> None:
        self.latest.pop(key, None)  # so that it is the last again
        self.latest[key] = counted
        if counted.answer is not None:
            self.answers[key] = counted.answer
        while len(self.latest) > MOST:
            forgotten, _ = self.latest.popitem(last=False)
            self.answers.pop(forgotten, None)


_watched: WeakKeyDictionary[Any, _Watched] = WeakKeyDictionary()


async def remember(database: Any, question: Callable[..., Answer], *arguments: Any) -> Answer | None:
    """What `ask` answers to a slow question, which is asked again only when the archive changed.

    However many ask at once, it is counted once: the others get the former answer or, where there is none, wait. None
    where it takes too long, and for a while after that.
    """
    watched = _watched.get(database)
    if watched is None:
        watched = _watched[database] = _Watched(database.connect())
    version = await asyncio.to_thread(watched.version)
    key = (question.__module__, question.__name__, *arguments)
    latest = watched.latest.get(key)
    if latest is None or not latest.stands(version):
        await _wait(watched, database, version, key, question, arguments)
    answer: Answer | None = watched.answers.get(key)
    return answer


async def _wait(
    watched: _Watched, database: Any, version: int, key: Key, question: Callable[..., Any], arguments: Any
) -> None:
    """Until it is counted, where it is worth waiting for."""
    counting = watched.counting.get(key)
    if counting is None:
        if len(watched.counting) >= MOST_COUNTS:
            return
        # Whoever else waits for it is not to lose it with the request of the first: hence a task, of no context.
        count = _count(watched, database, version, key, question, arguments)
        counting = watched.counting[key] = asyncio.create_task(count, context=Context())
        counting.add_done_callback(_look)
    elif key in watched.answers:
        return
    await asyncio.wait({counting}, timeout=WAIT_SECONDS)
    if counting.done():
        counting.result()  # raises what counting did


def _look(counting: asyncio.Task[None]) -> None:
    """At what counting raised, if it did: there may be nobody left whom it concerns."""
    if not counting.cancelled():
        counting.exception()


async def _count(
    watched: _Watched, database: Any, version: int, key: Key, question: Callable[..., Any], arguments: Any
) -> None:
    try:
        async with watched.turns:
            start = time.monotonic()
            answer = await ask_within(database, COUNT_MS, question, *arguments)
            watched.keep(key, _Counted(version, answer, time.monotonic() - start, start))
    finally:
        del watched.counting[key]
