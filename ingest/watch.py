"""Polling for as long as it is wanted: each feed when it is due."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import aclosing, closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from ingest.archive import open_archive
from ingest.clock import now
from ingest.fetch import Fetcher
from ingest.readers import Readers
from ingest.schedule import Bounds
from ingest.subscriptions import due, next_due
from ingest.terminal import echo
from ingest.update import Polled, update
from ingest.websub import ask_hubs

HUBS_EVERY = 15  # seconds
LONGEST_SLEEP = 60  # seconds: feeds that are added meanwhile are not kept waiting longer


async def watch(
    path: Path,
    fetcher: Fetcher,
    readers: Readers,
    report: Callable[[Polled], None],
    bounds: Bounds | None = None,
    public_url: str | None = None,
    beside: bool = False,
) -> None:
    """Poll the feeds of the archive at `path`, each when it is due, until the process is told to end.

    With `public_url`, at which the archive is served for all, hubs are asked to announce what is new (WebSub).
    The end of standard input ends it as well where it runs `beside` another process, which may be killed.
    At the end, what is being saved is saved; what is being fetched is left, and fetched the next time.
    """
    tasks = [asyncio.create_task(_poll(path, fetcher, readers, report, bounds))]
    if public_url:
        tasks.append(asyncio.create_task(_stay_subscribed(path, fetcher, public_url)))
    ended = _when_told_to_end(beside)
    await asyncio.wait({*tasks, ended}, return_when=asyncio.FIRST_COMPLETED)
    for task in (*tasks, ended):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if not task.cancelled():
            task.result()  # which raises what ended it


async def _poll(
    path: Path,
    fetcher: Fetcher,
    readers: Readers,
    report: Callable[[Polled], None],
    bounds: Bounds | None,
) -> None:
    while True:
        with closing(open_archive(path)) as db:
            wanted, soonest = due(db, now()), next_due(db)
        async with aclosing(update(path, wanted, fetcher, readers, bounds)) as done:
            async for polled in done:
                report(polled)
        await asyncio.sleep(1 if wanted else _pause(soonest))


async def _stay_subscribed(path: Path, fetcher: Fetcher, public_url: str) -> None:
    """Beside the polls, which wait for no hub."""
    while True:
        with closing(open_archive(path)) as db:
            for problem in await ask_hubs(db, fetcher, path, public_url):
                echo(problem, err=True)
        await asyncio.sleep(HUBS_EVERY)


def _pause(soonest: str | None) -> float:
    if soonest is None:
        return LONGEST_SLEEP
    wait = (datetime.fromisoformat(soonest) - datetime.now(UTC)).total_seconds()
    return min(max(wait, 1), LONGEST_SLEEP)


def _when_told_to_end(beside: bool) -> asyncio.Future[None]:
    loop = asyncio.get_running_loop()
    told: asyncio.Future[None] = loop.create_future()

    def tell() -> None:
        if not told.done():
            told.set_result(None)

    def wait_for_input_to_end() -> None:
        while os.read(0, 1000):
            pass
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(tell)

    if beside:
        threading.Thread(target=wait_for_input_to_end, daemon=True).start()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            try:
                loop.add_signal_handler(number, tell)
            except NotImplementedError:  # on Windows, where Ctrl-C raises KeyboardInterrupt
                continue
    return told
