"""What was counted in an archive, which is counted anew when anything in the archive changed."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from ingest.web import Answer, ask

MOST = 500  # answers about a database
# Counting what takes longer than QUICK seconds anew at every change would keep a large archive busy while it is being
# updated: such an answer stands PATIENCE times as long as it took.
QUICK, PATIENCE = 0.2, 20


@dataclass
class _Known:
    version: int
    answer: Any
    took: float  # seconds
    at: float

    def is_good(self, version: int) -> bool:
        fresh = self.took > QUICK and time.monotonic() - self.at < self.took * PATIENCE
        return fresh or self.version == version


@dataclass
class _Watched:
    """A connection that nothing is written by: its data_version is another whenever somebody else committed."""

    connection: Any
    lock: Lock = field(default_factory=Lock)
    known: OrderedDict[tuple[Any, ...], _Known] = field(default_factory=OrderedDict)

    def version(self) -> int:
        with self.lock:
            [(version,)] = self.connection.execute("PRAGMA data_version").fetchall()
            return int(version)


_watched: WeakKeyDictionary[Any, _Watched] = WeakKeyDictionary()


async def remember(database: Any, question: Callable[..., Answer], *arguments: Any) -> Answer:
    """What `ask` answers to a slow question, which is asked again only when the archive changed."""
    watched = _watched.get(database)
    if watched is None:
        watched = _watched[database] = _Watched(database.connect())
    version = await asyncio.to_thread(watched.version)
    key = (question.__module__, question.__name__, *arguments)
    known = watched.known.pop(key, None)
    if known is None or not known.is_good(version):
        start = time.monotonic()
        found = await ask(database, question, *arguments)
        known = _Known(version, found, time.monotonic() - start, start)
    watched.known[key] = known
    while len(watched.known) > MOST:
        watched.known.popitem(last=False)
    answer: Answer = known.answer
    return answer
