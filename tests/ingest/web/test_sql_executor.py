"""The thread pool for SQL: which thread runs it, and interruption when its request ends."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

import pytest

from ingest.web.sql_executor import Executor, RequestWork, current_request, prepare_sql_connection
from tests.waiting import until

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def executor() -> Iterator[Executor]:
    executor = Executor(ThreadPoolExecutor(1))
    yield executor
    executor.shutdown()


def run(sql: str) -> object:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    prepare_sql_connection(connection)
    return connection.execute(sql).fetchone()[0]


def submit(executor: Executor, request: RequestWork, sql: str) -> "Future[object]":
    token = current_request.set(request)
    try:
        return executor.submit(run, sql)
    finally:
        current_request.reset(token)


def test_what_runs_for_a_request_is_interrupted_when_it_ends(executor: Executor) -> None:
    request, other = executor.begin(heavy=False), executor.begin(heavy=False)
    running = submit(executor, request, ENDLESS)
    waiting = submit(executor, request, "SELECT 1")
    of_another = submit(executor, other, "SELECT 2")
    until(lambda: request.is_busy)
    request.end()
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        running.result(timeout=20)
    with pytest.raises(CancelledError):
        waiting.result(timeout=20)
    assert of_another.result(timeout=20) == 2
    until(lambda: not request.is_busy)


async def test_heavy_questions_have_threads_of_their_own(executor: Executor) -> None:
    light, heavy = executor.begin(heavy=False), executor.begin(heavy=True)
    assert heavy.slot
    await heavy.slot.acquire()
    busy = submit(executor, heavy, ENDLESS)
    until(lambda: heavy.is_busy)
    assert submit(executor, light, "SELECT 1").result(timeout=20) == 1
    assert not busy.done()
    heavy.end()


def test_of_large_answers_one_is_in_memory_at_a_time() -> None:
    large = threading.Lock()
    first, second = RequestWork(large, None, as_csv=False), RequestWork(large, None, as_csv=False)
    first.acquire_large_answer()
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(second.acquire_large_answer)
        assert not waiting.done()
        first.release_large_answer()
        waiting.result(timeout=20)
    assert large.locked()
    second.end()
    assert not large.locked()
