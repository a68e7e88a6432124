"""The cache of slow queries: one run for all who ask, a new one when the archive changed, a pause after a timeout."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from ingest.web import cache
from ingest.web.cache import run_cached_query
from tests.empty_archive import empty_archive
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Counting:
    """A question whose answer is how often it was asked. It waits for `go`, and then does what `then` does."""

    def __init__(self) -> None:
        self.times = 0
        self.go = threading.Event()
        self.go.set()
        self.then: Callable[[sqlite3.Connection], object] = lambda connection: None
        self.__name__ = "counting"  # by which answers are told apart

    def __call__(self, connection: sqlite3.Connection) -> int:
        self.times += 1
        assert self.go.wait(30)
        self.then(connection)
        return self.times


def interrupted(connection: sqlite3.Connection) -> None:
    raise sqlite3.OperationalError("interrupted")


@pytest.fixture
def counting() -> Counting:
    return Counting()


async def served(folder: Path) -> tuple[Any, Callable[[], None]]:
    """A database, and what changes it."""
    db = empty_archive(folder / "archive.db")

    def change() -> None:
        with db.conn:
            db["feeds"].insert({"url": f"https://example.org/{db['feeds'].count}", "added": ""})

    site: Datasette = await serve(folder / "archive.db")
    return site.get_database("archive"), change


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_however_many_ask_at_once_it_is_counted_once(tmp_path: Path, counting: Counting) -> None:
    database, _ = await served(tmp_path)
    counting.go.clear()
    asking = [asyncio.create_task(run_cached_query(database, counting)) for _ in range(16)]
    await until(lambda: counting.times)
    counting.go.set()
    assert await asyncio.gather(*asking) == [1] * 16
    assert counting.times == 1


async def test_while_it_is_counted_anew_others_get_the_former_answer(
    tmp_path: Path, counting: Counting
) -> None:
    database, change = await served(tmp_path)
    assert await run_cached_query(database, counting) == 1
    change()
    counting.go.clear()
    first = asyncio.create_task(run_cached_query(database, counting))
    await until(lambda: counting.times == 2)
    assert [await run_cached_query(database, counting) for _ in range(3)] == [1] * 3
    counting.go.set()
    assert await first == 2
    assert await run_cached_query(database, counting) == 2


async def test_whoever_asked_first_may_go_and_the_others_get_their_answer(
    tmp_path: Path, counting: Counting
) -> None:
    database, _ = await served(tmp_path)
    counting.go.clear()
    first, other = (asyncio.create_task(run_cached_query(database, counting)) for _ in range(2))
    await until(lambda: counting.times)
    first.cancel()
    counting.go.set()
    assert await other == 1


async def test_what_took_too_long_is_no_answer_and_not_tried_anew_for_a_while(
    tmp_path: Path, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, change = await served(tmp_path)
    monkeypatch.setattr(cache, "STALE_FACTOR", 10**9)
    counting.then = interrupted
    assert await run_cached_query(database, counting) is None
    change()
    counting.then = lambda connection: None
    assert await run_cached_query(database, counting) is None and counting.times == 1
    monkeypatch.setattr(cache, "STALE_FACTOR", 0)
    assert await run_cached_query(database, counting) == 2


async def test_where_counting_anew_takes_too_long_the_former_answer_stays(
    tmp_path: Path, counting: Counting
) -> None:
    database, change = await served(tmp_path)
    assert await run_cached_query(database, counting) == 1
    change()
    counting.then = interrupted
    assert await run_cached_query(database, counting) == 1 and counting.times == 2


async def test_a_page_does_not_wait_for_long_and_the_next_has_the_answer(
    tmp_path: Path, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, _ = await served(tmp_path)
    monkeypatch.setattr(cache, "WAIT_SECONDS", 0.01)
    counting.go.clear()
    assert await run_cached_query(database, counting) is None
    counting.go.set()
    await until(lambda: not cache._caches[database].pending)
    assert await run_cached_query(database, counting) == 1


async def test_counts_take_few_threads_and_their_queue_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, _ = await served(tmp_path)
    monkeypatch.setattr(cache, "WAIT_SECONDS", 0.01)
    counts = [Counting() for _ in range(cache.MOST_PENDING + 5)]
    for number, counting in enumerate(counts):
        counting.__name__ = str(number)
        counting.go.clear()
    assert {await run_cached_query(database, counting) for counting in counts} == {None}
    await until(lambda: sum(counting.times for counting in counts) == cache.CACHED_AT_ONCE)
    for counting in counts:
        counting.go.set()
    await until(lambda: not cache._caches[database].pending)
    assert sum(counting.times for counting in counts) == cache.MOST_PENDING


async def test_what_goes_wrong_in_counting_is_told_and_tried_anew(tmp_path: Path, counting: Counting) -> None:
    def broken(connection: sqlite3.Connection) -> None:
        raise ValueError("broken")

    database, _ = await served(tmp_path)
    counting.then = broken
    with pytest.raises(ValueError, match="broken"):
        await run_cached_query(database, counting)
    counting.then = lambda connection: None
    assert await run_cached_query(database, counting) == 2
