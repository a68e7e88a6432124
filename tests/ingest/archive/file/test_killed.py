"""An update that is killed at any moment leaves a sound archive, which the next one completes."""

import asyncio
import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import aclosing, closing, suppress
from pathlib import Path
from typing import TypeVar

from ingest.archive.file.opening import open_archive
from ingest.archive.subscriptions import due
from ingest.fetch.client import Fetcher
from ingest.fetch.rate_limits import Budget
from ingest.follow.follow import follow
from ingest.poll.update import update
from ingest.workers.parse_pool import ParsePool
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server
from tests.waiting import LONGEST, until

FEEDS = 6
KILLS = 100
EVERY = 14  # kills, one is of the real command with its readers
ROOT = Path(__file__).parents[4]
PATIENT = ["--timeout", str(2 * LONGEST), "--answer-timeout", str(2 * LONGEST)]
SEED = 20261123


_Result = TypeVar("_Result")


class HereAndNow(ParsePool):
    """Reads in the process itself, which has not the time to start others before it is killed."""

    async def _run(self, task: Callable[[], _Result], size: int) -> _Result:
        return task()


async def _update(path: Path) -> None:
    with closing(open_archive(path)) as db:
        wanted = due(db)
    async with (
        Fetcher(budget=Budget(per_domain=FEEDS, pause=0)) as fetcher,
        aclosing(update(path, wanted, fetcher, HereAndNow())) as done,
    ):
        async for _ in done:
            pass


def run_update(path: Path) -> None:
    asyncio.run(_update(path))


def publish(server: Server, edition: int) -> list[str]:
    """Each edition edits an entry of each feed, and adds one."""
    urls = []
    for feed in range(FEEDS):
        numbers = range(edition % 20 + 3)
        items = [item(f"{feed}-{number}", f"Edition {max(edition - number % 3, 0)}.") for number in numbers]
        urls.append(server.on(f"/{feed}", Reply(body=rss(*items, url=None))))
    return urls


def archive_of(path: Path, urls: list[str]) -> Path:
    with closing(open_archive(path, create=True)) as db:
        for url in urls:
            follow(db, url, "2025-01-01T00:00:00Z", allow_private=True)
    return path


def stands(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT feeds.url, guid, entries.title, html, text FROM entries JOIN feeds ON feeds.id = feed "
            "JOIN contents ON entry = entries.id ORDER BY 1, 2"
        ).fetchall()


def check(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")
        connection.rollback()


def command(path: Path) -> subprocess.Popen[bytes]:
    """The real command, with readers of its own, in a group of its own by which they are found if they outlive it."""
    return subprocess.Popen(
        [sys.executable, "-m", "ingest", "update", str(path), "--all", *PATIENT],
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def is_anyone_left(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def check_that_nobody_is_left(group: int) -> None:
    try:
        until(lambda: not is_anyone_left(group))
    finally:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def kill_command(path: Path, seconds: float) -> bool:
    with command(path) as process:
        time.sleep(seconds)
        process.kill()
        process.wait()
        check_that_nobody_is_left(process.pid)
        return process.returncode == -9


def test_a_hundred_kills_cost_nothing(tmp_path: Path, server: Server) -> None:
    moments = random.Random(SEED)
    path = archive_of(tmp_path / "killed.db", publish(server, 0))
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.ingest.archive.file.test_killed"])
    killed = 0
    for edition in range(KILLS):
        publish(server, edition)
        if edition % EVERY == 0:
            killed += kill_command(path, moments.uniform(0.4, 1.6))
            check(path)
            continue
        process = processes.Process(target=run_update, args=(path,))
        process.start()
        time.sleep(moments.uniform(0, 0.2))
        process.kill()
        process.join()
        killed += process.exitcode == -9
        check(path)
    assert killed > KILLS / 2

    urls = publish(server, KILLS)
    run_update(path)
    run_update(archive_of(tmp_path / "undisturbed.db", urls))
    check(path)
    undisturbed = stands(tmp_path / "undisturbed.db")
    assert [row for row in stands(path) if row[:2] in {row[:2] for row in undisturbed}] == undisturbed
    assert len(undisturbed) == FEEDS * (KILLS % 20 + 3)


def test_an_update_that_is_told_to_end_says_what_it_did_and_leaves_nobody(
    tmp_path: Path, server: Server
) -> None:
    quick = server.on("/quick", Reply(body=rss(item("1"), url=None)))
    slow = server.on("/slow", Reply(body=rss(item("2"), url=None), seconds=2 * LONGEST))
    path = archive_of(tmp_path / "a.db", [quick, slow])
    with command(path) as process:
        until(lambda: stands(path))
        process.terminate()
        said, _ = process.communicate(timeout=LONGEST)
    assert process.returncode == 1
    assert b"1 feed polled (0 unchanged): 1 entry new" in said
    check_that_nobody_is_left(process.pid)
