"""A pool of processes in which untrusted documents are parsed and cleaned, with limits of CPU time and memory.

The system kills a process that exceeds its limits, which breaks the pool. The documents that were in it are parsed once
more, one at a time, so that only the one that caused this fails.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ingest.base.models import CleanFeed, DateOrder, NotAFeed
from ingest.parse.no_feed import plainly_no_feed
from ingest.workers.parsed_feed import ParsedFeed, clean_packed, parse_and_clean_new, parse_and_pack
from ingest.workers.process import within_limits
from ingest.workers.start import end_forks, start_process

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

SECONDS = 60  # of CPU time
MEMORY = 1024**3  # bytes: twice what the largest documents were measured to need
_MUCH = (
    300_000  # bytes of documents that wait for a process: less is done sooner than another process has begun
)
_APART = 500_000  # bytes that one process may have to do more than another, where documents are of one folder
_AT_ONCE = 1_000_000  # bytes of the largest documents that are parsed and cleaned in one task

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


@dataclass
class _Process:
    """A process, and how many bytes of documents were given to it that are not done."""

    executor: "ProcessPoolExecutor"
    waiting: int = 0


class ParsePool:
    """At most as many processes as there are CPUs. Call `close` at the end.

    One is started when the first document is parsed, each other where those that wait are worth it. With `forks` they
    begin sooner, for which one more stays until this process ends.
    """

    def __init__(self, seconds: int = SECONDS, memory: int = MEMORY, forks: bool = False) -> None:
        self._limits = (seconds, memory)
        self._forks = forks
        self._processes: list[_Process] = []
        self._single: _Process | None = (
            None  # for what may have broken another, so that no other document breaks it
        )
        self._last: tuple[str, _Process] | None = None  # a folder, and the process for what is in it
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
            return await self._run(partial(parse_and_clean, body, content_type, url, date_order), len(body))
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
        return await self._run(partial(parse_and_pack, body, content_type, url, date_order), len(body))

    async def parse_new(
        self, body: bytes, content_type: str | None = None, url: str | None = None
    ) -> ParsedFeed:
        """`parse` where nothing is known: most entries are cleaned in the same task, of a document that is not large.

        Where that exceeds a limit, it is done in two tasks, each within the limits. Raises NotAFeed.
        """
        if len(body) > _AT_ONCE:
            return await self.parse(body, content_type, url)
        if why := plainly_no_feed(body):
            raise NotAFeed(why)
        at_once, parse_alone = (
            partial(task, body, content_type, url, None) for task in (parse_and_clean_new, parse_and_pack)
        )
        return await self._run(at_once, len(body), parse_alone, (url or "").rpartition("/")[0])

    async def clean(self, parsed: ParsedFeed, known: Collection[str] = ()) -> CleanFeed:
        """The document with its entries cleaned, but for those with `known` fingerprints. Raises NotAFeed."""
        unknown = parsed.entries_but(known)
        size = sum(map(len, unknown))
        cleaned = await self._run(partial(clean_packed, unknown, parsed.base), size) if unknown else ()
        return parsed.with_cleaned(known, cleaned)

    async def _run(
        self,
        task: Callable[[], _Result],
        size: int,
        alone: Callable[[], _Result] | None = None,
        folder: str | None = None,
    ) -> _Result:
        """Do a task of `size` bytes in a process of the pool; where another document may have broken that once more, or
        what is to be done `alone`."""
        with suppress(BrokenExecutor):
            return await self._submit(self._process(folder), task, size)
        async with self._alone:
            single = self._single = self._single or _Process(start_process(self._forks))
            try:
                return await self._submit(single, alone or task, size)
            except BrokenExecutor:
                self._single = None
                seconds, memory = self._limits
                raise NotAFeed(
                    f"it was given up: reading it took more than {seconds} seconds or {memory // 1024**2} MB."
                ) from None

    async def _submit(self, process: _Process, task: Callable[[], _Result], size: int) -> _Result:
        process.waiting += size
        try:
            done = process.executor.submit(within_limits, self._limits, task)
            return await asyncio.wrap_future(done)
        except BrokenExecutor:
            if process in self._processes:
                self._processes.remove(process)
            raise
        finally:
            process.waiting -= size

    def _process(self, folder: str | None = None) -> _Process:
        """That with the least to do, or another; of documents in one folder, which may be states of one feed, that of
        the last: it has seen the entries that they have in common."""
        least = min(self._processes, key=lambda process: process.waiting, default=None)
        if least and folder and self._last and self._last[0] == folder:
            last = self._last[1]
            if last is not least and last in self._processes and last.waiting < least.waiting + _APART:
                return last
        if least is None or (least.waiting >= _MUCH and len(self._processes) < (os.cpu_count() or 1)):
            least = _Process(start_processes(self._forks))
            self._processes.append(least)
        self._last = (folder, least) if folder else self._last
        return least

    def close(self) -> None:
        processes = [*self._processes, *filter(None, [self._single])]
        for process in processes:
            process.executor.shutdown(wait=self._forks, cancel_futures=True)
        if self._forks and processes:
            end_forks()


def start_processes(forks: bool = False) -> "ProcessPoolExecutor":
    """One process; tests have several in one."""
    return start_process(forks)
