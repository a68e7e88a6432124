"""Poll continuously: each feed when it is due, and WebSub subscriptions concurrently."""

import asyncio
import os
import signal
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from contextlib import aclosing, closing, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ingest.archive.file.errors import ArchiveError, explain_failure
from ingest.archive.file.opening import open_archive
from ingest.archive.file.write_lock import is_busy
from ingest.archive.file.writer import Writer
from ingest.archive.subscriptions import Subscription, due, next_due
from ingest.base.clock import now
from ingest.fetch.client import Fetcher
from ingest.fetch.errors import unforeseen
from ingest.poll.icons.fetch_icons import fetch_icons
from ingest.poll.schedule import Bounds
from ingest.poll.update import Polled, update
from ingest.poll.websub import ask_hubs
from ingest.workers.parse_pool import ParsePool

HUBS_EVERY = 15  # seconds
ICONS_ROUND = 60  # seconds
AN_HOUR = 3600.0
SHORTEST_BACKOFF, LONGEST_BACKOFF = 5.0, 300.0  # seconds, after errors
LONGEST_SLEEP = 60  # seconds, so that feeds that are added meanwhile are polled soon


async def watch(
    path: Path,
    fetcher: Fetcher,
    parse_pool: ParsePool,
    report: Callable[[Polled], None],
    say: Callable[[str], None],
    bounds: Bounds | None = None,
    public_url: str | None = None,
    until_input_ends: bool = False,
    hourly: Callable[[], object] | None = None,
) -> None:
    """Poll the feeds of the archive at `path`, each when it is due, until SIGINT, SIGTERM or SIGHUP.

    `report` is called with each poll, `say` with a sentence for the user when an error comes up, and when it is over.
    With `public_url`, at which the archive is served publicly, hubs are asked to push new entries (WebSub).
    With `until_input_ends` the end of standard input ends it as well: that of the parent process, however that ends.
    `hourly` is called in a thread, at the beginning and each hour.
    After any error, such as of an archive that cannot be written to, it is tried again, with exponential backoff.
    At the end, transactions that have begun are completed; requests are cancelled.
    """
    rounds: list[Callable[[], Awaitable[float]]] = [partial(_poll, path, fetcher, parse_pool, report, bounds)]
    if public_url:
        rounds.append(partial(_stay_subscribed, path, fetcher, public_url, say))
    rounds.append(partial(_fetch_icons, path, fetcher))
    if hourly:
        rounds.append(partial(_hourly, hourly))
    troubles = _Troubles(path, say)
    tasks = [asyncio.create_task(_repeat(round, troubles)) for round in rounds]
    ended = _end_requested(until_input_ends)
    await asyncio.wait({*tasks, ended}, return_when=asyncio.FIRST_COMPLETED)
    for task in (*tasks, ended):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if not task.cancelled():
            task.result()  # which raises what ended it


async def _repeat(round: Callable[[], Awaitable[float]], troubles: "_Troubles") -> None:
    """Repeat a round after as many seconds as it returns; after an error with exponential backoff."""
    backoff = SHORTEST_BACKOFF
    while True:
        try:
            wait = await round()
        except BrokenPipeError:  # of standard output
            raise
        except Exception as error:  # of any kind: nothing ends the watch
            troubles.begin(round, error, backoff)
            wait, backoff = backoff, min(backoff * 2, LONGEST_BACKOFF)
        else:
            troubles.end(round)
            backoff = SHORTEST_BACKOFF
        await asyncio.sleep(wait)


class _Troubles:
    """Present errors: reported when they come up, when they change, and when all are over."""

    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        self._path, self._say = path, say
        self._of: dict[object, str] = {}

    def begin(self, round: object, error: Exception, backoff: float) -> None:
        why = _why(error, self._path)
        if why not in self._of.values():
            self._say(f"{why} It is tried again in {backoff:g} seconds, and then less and less often.")
        self._of[round] = why

    def end(self, round: object) -> None:
        if self._of.pop(round, None) and not self._of:
            self._say(f"{self._path} is watched again.")


def _why(error: Exception, path: Path) -> str:
    if is_busy(error):
        return f"{path} is being written to by another program."
    if isinstance(error, sqlite3.Error):
        return explain_failure(error, path)
    if isinstance(error, OSError):
        return f"{error.filename or path}: {error.strerror or error}."
    return str(error) if isinstance(error, ArchiveError) else unforeseen(error)


async def _poll(
    path: Path,
    fetcher: Fetcher,
    parse_pool: ParsePool,
    report: Callable[[Polled], None],
    bounds: Bounds | None,
) -> float:
    wanted, soonest = await asyncio.to_thread(_plan, path)
    if not wanted:
        return _pause(soonest)
    async with aclosing(update(path, wanted, fetcher, parse_pool, bounds)) as done:
        async for polled in done:
            report(polled)
    return 1


def _plan(path: Path) -> tuple[list[Subscription], str | None]:
    """The feeds that are due, and when the next is."""
    with closing(open_archive(path)) as db:
        return due(db, now()), next_due(db)


async def _stay_subscribed(
    path: Path, fetcher: Fetcher, public_url: str, say: Callable[[str], None]
) -> float:
    """Renew WebSub subscriptions. It runs concurrently with polls, which do not wait for hubs."""
    with Writer(path) as writer:
        for problem in await ask_hubs(writer, fetcher, path, public_url):
            say(problem)
    return HUBS_EVERY


async def _fetch_icons(path: Path, fetcher: Fetcher) -> float:
    """Concurrently with polls, which do not wait for icons."""
    await fetch_icons(path, fetcher)
    return ICONS_ROUND


async def _hourly(work: Callable[[], object]) -> float:
    await asyncio.to_thread(work)
    return AN_HOUR


def _pause(soonest: str | None) -> float:
    if soonest is None:
        return LONGEST_SLEEP
    wait = (datetime.fromisoformat(soonest) - datetime.now(UTC)).total_seconds()
    return min(max(wait, 1), LONGEST_SLEEP)


def _end_requested(until_input_ends: bool) -> asyncio.Future[None]:
    """A future that is done at a signal, or at the end of standard input."""
    loop = asyncio.get_running_loop()
    requested: asyncio.Future[None] = loop.create_future()

    def request() -> None:
        if not requested.done():
            requested.set_result(None)

    def wait_for_input_to_end() -> None:
        while os.read(0, 1000):
            pass
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(request)

    if until_input_ends:
        threading.Thread(target=wait_for_input_to_end, daemon=True).start()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            try:
                loop.add_signal_handler(number, request)
            except NotImplementedError:  # on Windows, where Ctrl-C raises KeyboardInterrupt
                continue
    return requested
