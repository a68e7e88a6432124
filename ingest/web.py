"""What our Datasette plugins share: which database is the archive, who may read it, and asking it."""

import re
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakSet

from datasette import Forbidden, NotFound, Response
from datasette.utils import sqlite_timelimit

from ingest.pages.tables import TABLES, is_archive

LONGEST_MS = 5000  # of SQL for one page

Answer = TypeVar("Answer")


_known: WeakSet[Any] = WeakSet()  # databases that are archives, and stay so


async def is_of_feeds(database: Any) -> bool:
    """Whether a database is an archive: has our tables, whatever its file is called."""
    if database not in _known and await database.execute_fn(is_archive):
        _known.add(database)
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


async def ask(
    database: Any, question: Callable[..., Answer], *arguments: Any, limit_ms: int = LONGEST_MS
) -> Answer:
    """What a function of ingest.pages answers, called with a connection in one of Datasette's threads.

    Raises sqlite3.OperationalError ("interrupted") where it takes longer than the limit.
    """

    def answered(connection: Any) -> Answer:
        with sqlite_timelimit(connection, limit_ms):
            return question(connection, *arguments)

    answer: Answer = await database.execute_fn(answered)
    return answer


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


async def unavailable(datasette: Any, request: Any, why: str, retry_seconds: int = RETRY_SECONDS) -> Response:
    """503 with Retry-After: `why` is a sentence or two for the user, on a page of ours, or as JSON or text."""
    headers = {"retry-after": str(retry_seconds), "cache-control": "no-store"}
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": why}, status=503, headers=headers)
    if is_for_programs(request.path):
        return Response.text(why, status=503, headers=headers)
    html = await datasette.render_template("feedsette/unavailable.html", {"why": why}, request=request)
    return Response.html(html, status=503, headers=headers)
