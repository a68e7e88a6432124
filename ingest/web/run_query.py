"""Running the queries of a page in Datasette's threads, within a time limit."""

import logging
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit
from datasette.views.base import DatasetteError

from ingest.archive.file.errors import is_damage
from ingest.base.printable import printable

LONGEST_MS = 5000  # of SQL for one page

_Value = TypeVar("_Value")
_log = logging.getLogger(__name__)  # which without a handler writes to standard error


class QueryFailed(DatasetteError):  # type: ignore[misc]
    """What a page is about could not be read. Datasette logs no traceback of its own errors."""

    def __init__(self, why: str) -> None:
        super().__init__(why, title="No answer", status=503)


class QueryTimeout(QueryFailed):
    """SQL that was interrupted."""

    def __init__(self) -> None:
        super().__init__("This page took too long to put together, so it is not shown. Try again in a while.")


def is_interrupted(error: BaseException) -> bool:
    """Whether the error, of SQLite, Datasette or ours, means that SQL was interrupted.

    The error code decides where there is one: within a virtual table SQLite's message is not "interrupted".
    """
    code = getattr(error, "sqlite_errorcode", None)
    in_sqlite = isinstance(error, sqlite3.OperationalError) and (
        code == sqlite3.SQLITE_INTERRUPT or str(error) == "interrupted"
    )
    return in_sqlite or isinstance(error, QueryInterrupted | QueryTimeout)


async def run_query(
    database: Any, load: Callable[..., _Value], *arguments: Any, limit_ms: int = LONGEST_MS
) -> _Value:
    """What `load`, such as a function of ingest.pages, returns when it is called with a connection and the arguments.

    Raises QueryTimeout where it takes longer than the limit, QueryFailed where the file cannot be read or the SQL is
    wrong, which is logged, and SQLite's own error where the file is damaged.
    """

    def limited(connection: Any) -> _Value:
        with sqlite_timelimit(connection, limit_ms):
            return load(connection, *arguments)

    try:
        value: _Value = await database.execute_fn(limited)
    except sqlite3.DatabaseError as error:
        if is_interrupted(error):
            raise QueryTimeout from error
        if is_damage(error):
            raise
        _log.error("%s.%s failed: %s", load.__module__, load.__qualname__, printable(error))
        raise QueryFailed(f"The archive could not be read for this page: {error}.{_advice(error)}") from error
    return value


def _advice(error: sqlite3.DatabaseError) -> str:
    if str(error).startswith(
        ("no such column", "no such table")
    ):  # in an archive that an earlier version wrote last
        return " Where an earlier version of Feedsette wrote it last, the next “feedsette update” adds what is missing."
    return ""


async def run_query_or_none(
    database: Any, limit_ms: int, load: Callable[..., _Value], *arguments: Any
) -> _Value | None:
    """What `run_query` returns; None where it takes longer than the limit."""
    try:
        return await run_query(database, load, *arguments, limit_ms=limit_ms)
    except QueryTimeout:
        return None
