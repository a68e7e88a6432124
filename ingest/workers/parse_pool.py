"""A pool of processes in which untrusted documents are parsed and cleaned, with limits of CPU time and memory.

The system kills a process that exceeds its limits, which breaks the pool. The documents that were in it are parsed once
more, one at a time in a process of their own, so that only the one that caused this fails.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import BrokenExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ingest.base.models import CleanFeed, DateOrder, NotAFeed
from ingest.base.printable import keep_libraries_printable
from ingest.parse.no_feed import plainly_no_feed
from ingest.workers.malloc import give_back_large_blocks
from ingest.workers.parsed_feed import ParsedFeed, clean_packed, parse_and_pack

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

SECONDS = 60  # of CPU time
MEMORY = 1024**3  # bytes: twice what the largest documents were measured to need

_Result = TypeVar("_Result")
LookUp = Callable[
    [ParsedFeed], Awaitable[Collection[str]]
]  # finds the fingerprints of entries that are known


def parse_and_clean(
    body: bytes,
    content_type: str | None = None,
    url: str | None = None,
    date_order: DateOrder | None = None,
) -> CleanFeed:
    """`parse` and `clean` a document in this process, without limits. Raises NotAFeed."""
    # What most commands leave to the pool, and would load in an eighth of a second for nothing.
    from ingest.clean.feed import clean
    from ingest.parse.document import parse

    return clean(parse(body, content_type, url, date_order))


class ParsePool:
    """As many processes as there are CPUs, started when the first document is parsed. Call `close` at the end.

    And one for those that are parsed once more, which others that come meanwhile cannot break.
    """

    def __init__(self, seconds: int = SECONDS, memory: int = MEMORY) -> None:
        self._limits = (seconds, memory)
        self._pool: ProcessPoolExecutor | None = None
        self._single: ProcessPoolExecutor | None = None
        self._alone = asyncio.Lock()

    async def read(
        self,
        body: bytes,
        content_type: str | None = None,
        url: str | None = None,
        date_order: DateOrder | None = None,
        look_up: LookUp | None = None,
    ) -> CleanFeed:
        """`parse_and_clean` in a process of the pool, but for the entries that `look_up` finds to be known.

        Raises NotAFeed, also where a limit was exceeded.
        """
        if look_up is None:
            return await self._run(partial(parse_and_clean, body, content_type, url, date_order))
        parsed = await self.parse(body, content_type, url, date_order)
        return await self.clean(parsed, await look_up(parsed))

    async def parse(
        self,
        body: bytes,
        content_type: str | None = None,
        url: str | None = None,
        date_order: DateOrder | None = None,
    ) -> ParsedFeed:
        """`parse_and_pack` in a process of the pool. Raises NotAFeed, as `read` does: at once where that is plain."""
        if why := plainly_no_feed(body):
            raise NotAFeed(why)
        return await self._run(partial(parse_and_pack, body, content_type, url, date_order))

    async def clean(self, parsed: ParsedFeed, known: Collection[str] = ()) -> CleanFeed:
        """The document with its entries cleaned, but for those with `known` fingerprints. Raises NotAFeed."""
        unknown = parsed.entries_but(known)
        cleaned = await self._run(partial(clean_packed, unknown, parsed.base)) if unknown else ()
        return parsed.with_cleaned(known, cleaned)

    async def _run(self, task: Callable[[], _Result]) -> _Result:
        """Do a task in a process of the pool; once more where another document may have broken that."""
        pool = self._pool = self._pool or start_processes()
        try:
            return await self._submit(pool, task)
        except BrokenExecutor:
            if self._pool is pool:
                self._pool = None
        async with self._alone:
            single = self._single = self._single or _start(1)
            try:
                return await self._submit(single, task)
            except BrokenExecutor:
                self._single = None
                seconds, memory = self._limits
                raise NotAFeed(
                    f"it was given up: reading it took more than {seconds} seconds or {memory // 1024**2} MB."
                ) from None

    async def _submit(self, pool: "ProcessPoolExecutor", task: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(pool, _within_limits, self._limits, task)

    def close(self) -> None:
        for pool in filter(None, (self._pool, self._single)):
            pool.shutdown(cancel_futures=True)


def start_processes() -> "ProcessPoolExecutor":
    return _start(os.cpu_count() or 1)


def _start(most: int) -> "ProcessPoolExecutor":
    # Loaded where a document is parsed, which most commands do not.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(
        max_workers=most,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=prepare_worker,
    )


def prepare_worker() -> None:
    """Initialise a worker: it ignores Ctrl-C, which its parent handles, and exits when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    give_back_large_blocks()
    keep_libraries_printable()


def _end_with_parent() -> None:
    import multiprocessing

    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _within_limits(limits: tuple[int, int], task: Callable[[], _Result]) -> _Result:
    if sys.platform != "win32":
        import resource

        seconds, memory = limits
        used = resource.getrusage(resource.RUSAGE_SELF)
        resource.setrlimit(
            resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, resource.RLIM_INFINITY)
        )
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))
    try:
        return task()
    except MemoryError:
        raise NotAFeed("it was given up: reading it took too much memory.") from None
