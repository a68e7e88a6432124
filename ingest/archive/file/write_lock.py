"""The write lock of an archive: waiting for it, and fairness among writers. SQLite allows one writer at a time."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

BUSY_SECONDS = 30  # that a writer waits for the lock before it fails
_STEP = 50  # milliseconds of SQLite's busy handler, which cannot be interrupted
# SQLite's busy handler, in other programs, polls every 0.1 s, and misses shorter gaps between transactions.
_LONGEST_TURN, _GAP = 5.0, 0.11  # seconds


def is_busy(error: BaseException) -> bool:
    """Whether an error is SQLITE_BUSY or SQLITE_LOCKED: another connection holds a lock."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, sqlite3.Error) and code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def begin(
    connection: sqlite3.Connection,
    seconds: float | None = None,
    given_up: Callable[[], bool] = lambda: False,
) -> None:
    """Begin a transaction that holds the write lock (BEGIN IMMEDIATE).

    It waits for the lock for so many seconds (BUSY_SECONDS by default), or until `given_up` returns true. Raises
    sqlite3.OperationalError.
    """
    end = time.monotonic() + (BUSY_SECONDS if seconds is None else seconds)
    with busy_timeout(connection, _STEP):
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not is_busy(error) or given_up() or time.monotonic() > end:
                    raise


@contextmanager
def busy_timeout(connection: sqlite3.Connection, milliseconds: int) -> Iterator[None]:
    """Set PRAGMA busy_timeout in the block."""
    [(usual,)] = connection.execute("PRAGMA busy_timeout").fetchall()
    connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")


@dataclass
class Turns:
    """Fairness: how long a connection has written without a gap in which another could have acquired the lock."""

    held: float = 0  # seconds
    ended: float = 0  # monotonic seconds

    def over(self, began: float, ended: float) -> None:
        """Count a transaction (monotonic seconds), and sleep for _GAP after _LONGEST_TURN of them."""
        if began - self.ended > _GAP:
            self.held = 0
        self.held += ended - began
        if self.held > _LONGEST_TURN:
            time.sleep(_GAP)
            self.held = 0
        self.ended = ended
