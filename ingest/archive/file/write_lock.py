"""The write lock of an archive: SQLite lets one writer in at a time, and each is to get its turn."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

BUSY_SECONDS = 30  # that a writer waits for another, and then fails
_STEP = 50  # milliseconds of SQLite's own waiting, which cannot be interrupted
# SQLite's own waiting, of other programs, looks again every 0.1 s, and misses every shorter gap.
_LONGEST_TURN, _GAP = 5.0, 0.11  # seconds


def is_busy(error: BaseException) -> bool:
    """Whether an error says that another connection holds the file."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, sqlite3.Error) and code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def begin(
    connection: sqlite3.Connection,
    seconds: float | None = None,
    given_up: Callable[[], bool] = lambda: False,
) -> None:
    """Begin a transaction that holds the write lock.

    Where another has it, wait for as many seconds (BUSY_SECONDS where none are said), or until it is `given_up`.
    Raises sqlite3.OperationalError.
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
    """Have SQLite itself wait for others that long in the block."""
    [(usual,)] = connection.execute("PRAGMA busy_timeout").fetchall()
    connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")


@dataclass
class Turns:
    """How long a connection has written without a gap in which another could have begun. Times are monotonic."""

    held: float = 0
    ended: float = 0

    def over(self, began: float, ended: float) -> None:
        """A transaction is over: after some seconds of them, give way for a moment."""
        if began - self.ended > _GAP:
            self.held = 0
        self.held += ended - began
        if self.held > _LONGEST_TURN:
            time.sleep(_GAP)
            self.held = 0
        self.ended = ended
