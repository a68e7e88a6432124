"""How many processes read documents: another is started only where what waits is worth it."""

import asyncio
import os
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


def test_what_is_in_one_folder_is_read_by_one_process_unless_it_has_much_more_to_do() -> None:
    pool = ParsePool()
    one, two = (parse_pool._Process(ThreadPoolExecutor(1), 300_000) for _ in range(2))
    pool._processes = [one, two, parse_pool._Process(ThreadPoolExecutor(1), 400_000)]
    pool._processes += [pool._processes[2]] * (os.cpu_count() or 1)  # no more are started
    assert pool._process("file:///a") is one
    one.waiting = 700_000
    assert pool._process("file:///a") is one
    assert pool._process("file:///b") is two
    two.waiting = 1_000_000
    assert pool._process("file:///b") is not two
