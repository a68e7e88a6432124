"""A cache of slow queries, such as counts: by PRAGMA data_version, and with a time to live for the slowest."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from ingest.web.run_query import run_query_or_none

MOST_CACHED = 500  # values of a database
# While a large archive is updated, its data_version changes all the time. The value of a query that took longer than
# QUICK seconds is therefore fresh for STALE_FACTOR times as long as it took; likewise that it timed out.
QUICK, STALE_FACTOR = 0.2, 20
# A query may run for longer than the first page waits for it: a later page has the value.
WAIT_SECONDS, CACHED_QUERY_MS = 5, 20_000
CACHED_AT_ONCE = 2  # queries of a database, so that Datasette has threads left for quick ones
MOST_PENDING = 20  # queries that run or wait for their turn; beyond that, none is begun

_Key = tuple[Any, ...]
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class _Run:
    """How a query went. `value` is None where it was interrupted."""

    version: int  # of the data
    value: Any
    took: float  # seconds
    at: float  # on time.monotonic

    def is_fresh(self, version: int) -> bool:
        is_slow = self.took > QUICK or self.value is None
        is_recent = is_slow and time.monotonic() - self.at < self.took * STALE_FACTOR
        return is_recent or (self.version == version and self.value is not None)


@dataclass
class _DatabaseCache:
    """`connection` never writes: its data_version changes whenever another connection commits.

    `values` are the latest of each query, `runs` its latest run, least recent first (LRU).
    """

    connection: Any
    lock: Lock = field(default_factory=Lock)
    runs: OrderedDict[_Key, _Run] = field(default_factory=OrderedDict)
    values: dict[_Key, Any] = field(default_factory=dict)
    pending: dict[_Key, asyncio.Task[None]] = field(default_factory=dict)
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CACHED_AT_ONCE))

    def version(self) -> int:
        with self.lock:
            [(version,)] = self.connection.execute("PRAGMA data_version").fetchall()
            return int(version)

    def keep(self, key: _Key, run: _Run) -> None:
        self.runs.pop(key, None)  # so that it is the last again
        self.runs[key] = run
        if run.value is not None:
            self.values[key] = run.value
        while len(self.runs) > MOST_CACHED:
            evicted, _ = self.runs.popitem(last=False)
            self.values.pop(evicted, None)


_caches: WeakKeyDictionary[Any, _DatabaseCache] = WeakKeyDictionary()


async def run_cached_query(database: Any, load: Callable[..., _Value], *arguments: Any) -> _Value | None:
    """What `run_query` returns for a slow query, which runs again only when the archive changed.

    However many ask at once, it runs once: the others get the former value or, where there is none, wait. None where it
    times out, and for STALE_FACTOR times as long after that.
    """
    cache = _caches.get(database)
    if cache is None:
        cache = _caches[database] = _DatabaseCache(database.connect())
    version = await asyncio.to_thread(cache.version)
    key = (load.__module__, load.__name__, *arguments)
    last = cache.runs.get(key)
    if last is None or not last.is_fresh(version):
        await _refresh(cache, database, version, key, load, arguments)
    value: _Value | None = cache.values.get(key)
    return value


async def _refresh(
    cache: _DatabaseCache,
    database: Any,
    version: int,
    key: _Key,
    load: Callable[..., Any],
    arguments: Any,
) -> None:
    """Run a query unless it runs already, and wait for it where there is no former value. Raises what it raises."""
    task = cache.pending.get(key)
    if task is None:
        if len(cache.pending) >= MOST_PENDING:
            return
        # A task without context: it goes on for others who wait when the request that started it is cancelled.
        run = _run(cache, database, version, key, load, arguments)
        task = cache.pending[key] = asyncio.create_task(run, context=Context())
        task.add_done_callback(_retrieve_exception)
    elif key in cache.values:
        return
    await asyncio.wait({task}, timeout=WAIT_SECONDS)
    if task.done():
        task.result()  # raises what the query did


def _retrieve_exception(task: asyncio.Task[None]) -> None:
    """Keep asyncio from logging an exception that no request waits for any more."""
    if not task.cancelled():
        task.exception()


async def _run(
    cache: _DatabaseCache,
    database: Any,
    version: int,
    key: _Key,
    load: Callable[..., Any],
    arguments: Any,
) -> None:
    try:
        async with cache.slots:
            start = time.monotonic()
            value = await run_query_or_none(database, CACHED_QUERY_MS, load, *arguments)
            cache.keep(key, _Run(version, value, time.monotonic() - start, start))
    finally:
        del cache.pending[key]
