"""How many processes read documents: another is started only where what waits is worth it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.workers import parse_pool
from ingest.workers.parse_pool import ParsePool

SMALL = b"<rss version='2.0'><channel><title>A</title><item><title>1</title></item></channel></rss>"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[ThreadPoolExecutor]:
    """What was started, in place of processes."""
    found: list[ThreadPoolExecutor] = []

    def start(_: bool) -> ThreadPoolExecutor:
        found.append(ThreadPoolExecutor(1))
        return found[-1]

    monkeypatch.setattr(parse_pool, "start_processes", start)
    monkeypatch.setattr(parse_pool, "within_limits", lambda _, task: task())
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    return found


async def _read(*bodies: bytes) -> None:
    pool = ParsePool()
    await asyncio.gather(*(pool.parse(body) for body in bodies))
    pool.close()


async def test_few_small_documents_are_read_by_one_process(started: list[ThreadPoolExecutor]) -> None:
    await _read(*[SMALL] * 20)
    assert len(started) == 1


async def test_much_that_waits_is_shared_by_two(started: list[ThreadPoolExecutor]) -> None:
    await _read(SMALL + b" " * 300_000, SMALL)
    assert len(started) == 2


async def test_there_are_no_more_than_processors(started: list[ThreadPoolExecutor]) -> None:
    await _read(*[SMALL + b" " * 300_000] * 5)
    assert len(started) == 3
