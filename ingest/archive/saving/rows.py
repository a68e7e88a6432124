"""Insert many rows of short values by few statements.

Where a table has triggers, SQLite notes the pages that a statement changes, with those of all indexes, to undo it: for
each row anew, if each is inserted by a statement of its own.
"""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlite_utils import Database

_MOST_VALUES = 2_000  # of a statement; SQLite allows 32,766, and is no quicker with them


def insert_rows(db: Database, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows, each with the values of these columns. Within a transaction."""
    begin = 0
    while begin < len(rows):
        count = _power_of_two(min(len(rows) - begin, _MOST_VALUES // len(columns)))
        values = tuple(chain.from_iterable(rows[begin : begin + count]))
        db.conn.execute(_insertion(table, tuple(columns), count), values)
        begin += count


def _power_of_two(limit: int) -> int:
    """The largest up to `limit`, so that the statements are few, which SQLite then keeps prepared."""
    return 1 << (limit.bit_length() - 1)


@cache
def _insertion(table: str, columns: tuple[str, ...], count: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * count)}"  # noqa: S608
