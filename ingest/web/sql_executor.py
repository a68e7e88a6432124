"""The thread pool for SQL: threads of lower priority for heavy requests, and interruption when the client has gone.

Datasette submits all SQL of its pages and ours to `datasette.executor`, from the task of the request. The executor here
replaces it.
"""

import asyncio
import gc
import os
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent import futures
from contextlib import AbstractContextManager, suppress
from contextvars import ContextVar
from functools import partial
from itertools import chain
from typing import Any, ParamSpec, TypeVar

from datasette import database
from datasette.utils import sqlite_timelimit
from datasette.views.base import DatasetteError

from ingest.web import sql_limits as limits
from ingest.web.admission import WORKER_SLOTS, WorkerSlot, WorkerSlots
from ingest.workers.malloc import give_back_large_blocks

HEAVY_THREADS = WORKER_SLOTS
NICENESS = 10  # added to that of the others
LARGE_ANSWER_TIMEOUT = 15.0  # seconds that one large answer waits for another

_P = ParamSpec("_P")
_Result = TypeVar("_Result")

# The request that the present task works for.
current_request: ContextVar["RequestWork | None"] = ContextVar("feedsette_request", default=None)


class AnswerMemoryFull(DatasetteError):  # type: ignore[misc]
    """Other requests take all the memory that there is for answers, and none came free in time."""

    def __init__(self) -> None:
        super().__init__("Other large answers are being made. Try again in a moment.", status=503)


class _Thread(threading.local):
    """The state of a thread: its connections, and the request that it works for."""

    def __init__(self) -> None:
        self.connections: list[sqlite3.Connection] = []
        self.heavy = False
        self.request: RequestWork | None = None
        self.bytes = 0  # of the answer that is being fetched


_thread = _Thread()


class RequestWork:
    """The SQL of one request. A heavy request has a worker `slot`; others need none."""

    def __init__(self, large: threading.Lock, slot: WorkerSlot | None, as_csv: bool) -> None:
        self.slot = slot
        self.as_csv = as_csv
        self._large = large
        self._holds_large = False
        self._ended = False
        self._lock = threading.Lock()
        self._threads: dict[
            int, list[sqlite3.Connection]
        ] = {}  # those that work for it, with their connections

    def run(self, work: Callable[[], _Result]) -> _Result:
        """Run `work` in this thread. Raises DatasetteError where the answer is too large, CancelledError where the
        request has ended."""
        number = threading.get_ident()
        with self._lock:
            if self._ended:
                raise futures.CancelledError
            self._threads[number] = _thread.connections
        _thread.request, _thread.bytes = self, 0
        try:
            return work()
        except Exception as error:
            _release_frames(error)
            raise self._explained(error) or error  # noqa: B904
        finally:
            _thread.request = None
            with self._lock:
                del self._threads[number]

    def _explained(self, error: Exception) -> Exception | None:
        """An error with a message for the user, where Datasette would give none, or a traceback."""
        if isinstance(error, MemoryError) and not self.slot:  # which others have, not this
            return AnswerMemoryFull()
        if isinstance(error, sqlite3.DataError | MemoryError) and (why := limits.limit_message(error)):
            return too_large(why)
        if isinstance(error, database.QueryInterrupted) and self.as_csv:
            return too_large(limits.TOO_LONG, "SQL Interrupted")
        return None

    def acquire_large_answer(self) -> None:
        """Wait until no other large answer is in memory. Raises AnswerMemoryFull."""
        end = time.monotonic() + LARGE_ANSWER_TIMEOUT
        while not self._holds_large:
            if self._ended or time.monotonic() > end:
                raise AnswerMemoryFull
            if self._large.acquire(timeout=limits.INTERRUPTED_EVERY):
                with self._lock:
                    self._holds_large = True
                if self._ended:
                    self.release_large_answer()

    def release_large_answer(self) -> None:
        """Let other requests have a large answer in memory."""
        with self._lock:
            had, self._holds_large = self._holds_large, False
        if had:
            gc.collect()  # reference cycles, such as a rendered page, may hold a large answer for long
            self._large.release()

    @property
    def is_busy(self) -> bool:
        """Whether a thread works for it."""
        return bool(self._threads)

    def end(self) -> None:
        """Interrupt what runs for the request until it has ended, and let nothing else begin for it."""
        ended, self._ended = self._ended, True
        self.release_large_answer()
        if self.is_busy and not ended:
            threading.Thread(target=self._interrupt, daemon=True).start()

    def _interrupt(self) -> None:
        while self.is_busy:
            with self._lock:  # no thread may begin to work for another request meanwhile
                for connection in chain.from_iterable(self._threads.values()):
                    with suppress(sqlite3.ProgrammingError):  # it was closed
                        connection.interrupt()
            time.sleep(limits.INTERRUPTED_EVERY)


class Executor(futures.Executor):
    """Datasette's own threads, `usual`, those for heavy requests, and the requests that they work for."""

    def __init__(self, usual: futures.Executor) -> None:
        self.slots = WorkerSlots()
        self.requests: set[RequestWork] = set()
        self.is_shutting_down: Callable[[], bool] = lambda: False
        self._ended = False
        self._usual = usual
        self._heavy = futures.ThreadPoolExecutor(HEAVY_THREADS, "heavy", initializer=_is_heavy)
        self._large = threading.Lock()

    @classmethod
    def of(cls, datasette: Any) -> "Executor | None":
        """The executor of a Datasette, installed if it was not; None where the setting num_sql_threads is 0."""
        if datasette.executor is not None and not isinstance(datasette.executor, cls):
            datasette.executor = cls(datasette.executor)
            database.sqlite_timelimit = _time_limit
            give_back_large_blocks()
        return datasette.executor

    def begin(self, heavy: bool, as_csv: bool = False) -> RequestWork:
        """The work of a new request; to be given to `done` when it is answered."""
        request = RequestWork(self._large, WorkerSlot(self.slots) if heavy else None, as_csv)
        self.requests.add(request)
        if self._ended:
            request.end()
        return request

    def done(self, request: RequestWork) -> None:
        self.requests.discard(request)

    def submit(
        self, fn: Callable[_P, _Result], /, *args: _P.args, **kwargs: _P.kwargs
    ) -> futures.Future[_Result]:
        request = current_request.get()
        if request is None:  # cached queries, which several requests wait for, end with the server alone
            shared = self.begin(heavy=False)
            future = self._usual.submit(shared.run, partial(fn, *args, **kwargs))
            future.add_done_callback(lambda _: self.done(shared))
            return future
        pool = self._heavy if request.slot and request.slot.is_started else self._usual
        return pool.submit(request.run, partial(fn, *args, **kwargs))

    def end(self) -> None:
        """Interrupt all SQL, and let none begin: the server shuts down."""
        self._ended = True
        for request in list(self.requests):
            request.end()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.end()
        for pool in (self._usual, self._heavy):
            pool.shutdown(wait, cancel_futures=cancel_futures)


def reserve_answer(size: int) -> None:
    """Wait, in a thread of a request, until an answer of that many bytes may be in memory. Raises AnswerMemoryFull."""
    if size > limits.LARGE and _thread.request:
        _thread.request.acquire_large_answer()


def too_large(why: str, title: str = "Too large") -> Exception:
    """An error that Datasette shows in every format; of SQLite's own errors, its CSV shows nothing."""
    error: Exception = DatasetteError(why, title=title, status=400)
    return error


def _release_frames(error: BaseException | None) -> None:
    """Free the local variables of an error's traceback: a cursor there would keep its connection interrupted."""
    while error:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__


def _is_heavy() -> None:
    _thread.heavy = True
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(
            os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + NICENESS
        )


def _time_limit(connection: sqlite3.Connection, ms: float) -> AbstractContextManager[None]:
    """The time limit of a query. Datasette's own calls Python all the time (GIL), so heavy threads use a timer."""
    heavy = _thread.heavy and ms >= limits.LONG_MS
    return limits.time_limit(connection, ms) if heavy else sqlite_timelimit(connection, ms)


def prepare_sql_connection(connection: sqlite3.Connection) -> None:
    """Set the limits of a new connection of this thread, and have it interrupted with the thread's request."""
    try:
        asyncio.get_running_loop()  # short-lived connections of the event loop, as for /-/versions
    except RuntimeError:
        _thread.connections.append(connection)
    limits.limit_connection(connection, heavy=_thread.heavy)
    if _thread.heavy:
        connection.row_factory = _counted(connection.row_factory)


def _counted(factory: Any) -> Callable[[Any, tuple[Any, ...]], Any]:
    """A row factory that adds up the size of an answer while it is fetched. Raises DatasetteError."""

    def row(cursor: Any, values: tuple[Any, ...]) -> Any:
        before = _thread.bytes
        _thread.bytes += limits.json_size(values)
        if _thread.bytes > limits.ANSWER:
            raise too_large(limits.ANSWER_TOO_LARGE)
        if before <= limits.LARGE < _thread.bytes and _thread.request:
            _thread.request.acquire_large_answer()
        return factory(cursor, values) if factory else values

    return row
