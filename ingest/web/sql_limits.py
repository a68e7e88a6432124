"""Limits on what one query may take of the server's memory and time."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from json.encoder import encode_basestring_ascii
from typing import Any

from ingest.imports.saved import LARGEST_DOCUMENT

# The largest value that an archive can hold: a text of Chinese grows when it is read for the index.
VALUE = 4 * LARGEST_DOCUMENT  # bytes
ANSWER = 64_000_000  # bytes of one answer, as JSON writes them
LARGE = 8_000_000  # bytes; of answers that are larger, one at a time is in memory
HEAP = 192_000_000  # bytes that SQLite takes in all, for all queries at once

# Of SQLite (https://www.sqlite.org/limits.html): far above what Datasette and our own pages ask for.
_LIMITS = {
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 500,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 500,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 200,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 1_000_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 100,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 50_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 5_000,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

ANSWER_TOO_LARGE = (
    f"This answer is larger than {ANSWER // 10**6} MB, which is the most that one may hold. Ask for fewer rows or "
    "columns, or for a part of a long text: substr(text, 1, 1000)."
)
VALUE_TOO_LARGE = (
    f"A value in this question is larger than {ANSWER // 10**6} MB, which is the most that one may be. "
    "Ask for a part of it: substr(text, 1, 1000)."
)
TOO_LONG = "This question takes too long. Ask for less at once, or for what an index can find."
NO_MEMORY = (
    "This question needs more memory than there is for it. "
    "Ask for fewer rows or columns or for shorter values, or try again in a moment."
)

LONG_MS = 1000  # from which on a time limit is worth a thread
INTERRUPTED_EVERY = 0.02  # seconds: an interrupt between two statements does nothing, so one is not enough

_ROW, _CELL = 100, 30  # bytes that they take beside what they hold
_PIECE = 100_000  # characters


def limit_connection(connection: sqlite3.Connection, heavy: bool) -> None:
    """Limit what SQL can do on a connection. On a `heavy` one, for visitors, no value is larger than an answer."""
    for category, most in _LIMITS.items():
        connection.setlimit(category, most)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, ANSWER if heavy else VALUE)
    connection.execute(f"PRAGMA hard_heap_limit = {HEAP}")


def limit_message(error: Exception) -> str | None:
    """A sentence for the user on what was too large; None where it is another error."""
    if isinstance(error, MemoryError):
        return NO_MEMORY
    return VALUE_TOO_LARGE if "too big" in str(error) else None


def json_size(row: Sequence[Any]) -> int:
    """The approximate bytes of a row as JSON, the largest of its formats."""
    total = _ROW
    for value in row:
        if isinstance(value, str):
            total += len(encode_basestring_ascii(value)) if len(value) <= _PIECE else _long(value)
        elif isinstance(value, bytes):
            total += len(value) * 4 // 3  # base64
        total += _CELL
    return total


def _long(text: str) -> int:
    pieces = (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
    return sum(len(encode_basestring_ascii(piece)) for piece in pieces)


@contextmanager
def time_limit(connection: sqlite3.Connection, ms: float) -> Iterator[None]:
    """Interrupt what runs on a connection after `ms`, from a timer's thread: within long steps of SQLite too."""
    lock, ended = threading.Lock(), threading.Event()

    def interrupt() -> None:
        while not ended.wait(INTERRUPTED_EVERY):
            with lock:
                if not ended.is_set():
                    connection.interrupt()

    timer = threading.Timer(ms / 1000, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            ended.set()
