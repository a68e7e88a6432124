"""What our Datasette plugins share: which database is the archive, who may read it, and asking it."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakSet

from datasette import Forbidden, NotFound, Response
from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit
from datasette.views.base import DatasetteError

from ingest.archive.file import in_use
from ingest.archive.file.errors import is_damage
from ingest.pages.tables import TABLES, is_archive

LONGEST_MS = 5000  # of SQL for one page

Answer = TypeVar("Answer")


_known: WeakSet[Any] = WeakSet()  # databases that are archives, and stay so


async def is_of_feeds(database: Any) -> bool:
    """Whether a database is an archive: has our tables, whatever its file is called."""
    if database not in _known and await database.execute_fn(is_archive):
        _known.add(database)
        if database.path:
            in_use.keep(Path(database.path))  # by Datasette, until the end
    return database in _known


async def find_archive(datasette: Any) -> Any | None:
    """The first database that is an archive; None where there is none."""
    for database in datasette.databases.values():
        if database.name != "_internal" and await is_of_feeds(database):
            return database
    return None


async def find_others(datasette: Any, actor: dict[str, Any] | None, archive: str) -> list[str]:
    """The names of the databases beside the archive that someone may see."""
    others = [name for name in datasette.databases if name not in ("_internal", archive)]
    if others and hasattr(datasette, "allowed_resources"):  # Datasette 1.0
        page = await datasette.allowed_resources("view-database", actor)
        seen = {resource.parent async for resource in page.all()}
        return [name for name in others if name in seen]
    return [
        name
        for name in others
        if await datasette.permission_allowed(actor, "view-database", resource=name, default=True)
    ]


async def readable_archive(datasette: Any, actor: dict[str, Any] | None) -> Any:
    """The archive, for who may see all of its tables. Raises NotFound, Forbidden.

    A page is made from many tables, so it is shown to those who may see every one of them.
    """
    database = await find_archive(datasette)
    if database is None:
        raise NotFound("None of the databases served here is an archive of feeds.")
    if not await may_read(datasette, actor, database.name):
        raise Forbidden("This archive is not open to everybody.")
    return database


async def may_read(datasette: Any, actor: dict[str, Any] | None, name: str) -> bool:
    """Whether someone may see all of the tables of the archive of that name."""
    if hasattr(datasette, "allowed_resources"):  # Datasette 1.0
        page = await datasette.allowed_resources("view-table", actor, parent=name)
        return {resource.child async for resource in page.all()} >= TABLES
    for table in sorted(TABLES):
        permissions = [("view-table", (name, table)), ("view-database", name), "view-instance"]
        try:
            await datasette.ensure_permissions(actor, permissions)
        except Forbidden:
            return False
    return True


async def may_read_archive(datasette: Any, actor: dict[str, Any] | None, name: str) -> bool:
    """Whether a database is an archive, all of which someone may see: what is joined would tell of the rest."""
    return await is_of_feeds(datasette.get_database(name)) and await may_read(datasette, actor, name)


async def may_run_sql(datasette: Any, actor: dict[str, Any] | None, name: str) -> bool:
    """Whether someone may send SQL of their own to the database of that name."""
    if hasattr(datasette, "allowed_resources"):  # Datasette 1.0
        page = await datasette.allowed_resources("execute-sql", actor)
        return name in {resource.parent async for resource in page.all()}
    return bool(await datasette.permission_allowed(actor, "execute-sql", resource=name, default=True))


def shows_pictures(datasette: Any) -> bool:
    """Whether pages load pictures from other sites; not where the setting `pictures` of our plugin is false."""
    return bool((datasette.plugin_config("feedsette") or {}).get("pictures", True))


class Unanswered(DatasetteError):  # type: ignore[misc]
    """The archive gave no answer to what a page is about. Datasette logs no traceback of its own errors."""

    def __init__(self, why: str) -> None:
        super().__init__(why, title="No answer", status=503)


class TookTooLong(Unanswered):
    """SQL that was interrupted."""

    def __init__(self) -> None:
        super().__init__("This page took too long to put together, so it is not shown. Try again in a while.")


def is_interrupted(error: BaseException) -> bool:
    """Whether it says that SQL took too long, in the words of SQLite, of Datasette or in ours.

    The code tells, where there is one: within a virtual table, SQLite's words are others than "interrupted".
    """
    code = getattr(error, "sqlite_errorcode", None)
    in_sqlite = isinstance(error, sqlite3.OperationalError) and (
        code == sqlite3.SQLITE_INTERRUPT or str(error) == "interrupted"
    )
    return in_sqlite or isinstance(error, QueryInterrupted | TookTooLong)


async def ask(
    database: Any, question: Callable[..., Answer], *arguments: Any, limit_ms: int = LONGEST_MS
) -> Answer:
    """What a function of ingest.pages answers, called with a connection in one of Datasette's threads.

    Raises TookTooLong where it takes longer than the limit, Unanswered where the file cannot be read, and SQLite's own
    error where it is damaged.
    """

    def answered(connection: Any) -> Answer:
        with sqlite_timelimit(connection, limit_ms):
            return question(connection, *arguments)

    try:
        answer: Answer = await database.execute_fn(answered)
    except sqlite3.DatabaseError as error:
        if is_interrupted(error):
            raise TookTooLong from error
        if is_damage(error):
            raise
        raise Unanswered(f"The archive could not be read for this page: {error}.") from error
    return answer


async def ask_within(
    database: Any, limit_ms: int, question: Callable[..., Answer], *arguments: Any
) -> Answer | None:
    """What `ask` answers; None where it takes longer than the limit."""
    try:
        return await ask(database, question, *arguments, limit_ms=limit_ms)
    except TookTooLong:
        return None


def is_for_programs(path: str) -> bool:
    """Whether programs read what is there: they get Datasette's own word on what is wrong."""
    return path.endswith((".json", ".csv", ".atom", ".db"))


async def missing(datasette: Any, request: Any, kind: str, asked: str = "") -> Response:
    """The page for a feed, entry, author, tag or page that is not there: 404, with a search for what was asked."""
    name = "" if kind == "page" or re.fullmatch(r"[0-9.+-]*", asked) else asked[:200]
    variables = {"kind": kind, "name": name}
    html = await datasette.render_template("feedsette/missing.html", variables, request=request)
    return Response.html(html, status=404)


RETRY_SECONDS = 10  # after which a program may ask again for what was too much


def retry_headers(seconds: int = RETRY_SECONDS) -> dict[str, str]:
    """The headers of every 503."""
    return {"retry-after": str(seconds), "cache-control": "no-store"}


async def unavailable(datasette: Any, request: Any, why: str, retry_seconds: int = RETRY_SECONDS) -> Response:
    """503 with Retry-After: `why` is a sentence or two for the user, on a page of ours, or as JSON or text."""
    headers = retry_headers(retry_seconds)
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": why}, status=503, headers=headers)
    if is_for_programs(request.path):
        return Response.text(why, status=503, headers=headers)
    variables = {"why": why, "q": request.args.get("q")}
    html = await datasette.render_template("feedsette/unavailable.html", variables, request=request)
    return Response.html(html, status=503, headers=headers)
