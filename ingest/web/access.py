"""Which of Datasette's databases is the archive, and who may read or manage it (authorisation)."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

from datasette import Forbidden, NotFound

from ingest.archive.file import in_use
from ingest.pages.tables import DOCUMENT_TABLES, TABLES, is_archive
from ingest.web import compat
from ingest.web.compat import Actor

_known: WeakSet[Any] = WeakSet()  # a cache of the databases that are archives


async def is_archive_database(database: Any) -> bool:
    """Whether a database is an archive: has our tables, whatever its name."""
    if database not in _known and await database.execute_fn(is_archive):
        know_archive(database)
    return database in _known


def know_archive(database: Any) -> None:
    """Note that a database is an archive."""
    _known.add(database)
    if database.path:
        in_use.keep(Path(database.path))  # by Datasette, until the end


def is_known(database: Any) -> bool:
    """Whether a database was found to be an archive."""
    return database in _known


async def find_archive(datasette: Any) -> Any | None:
    """The first database that is an archive; None where there is none."""
    databases = list(datasette.databases.values())
    if known := next(filter(is_known, databases), None):
        return known
    for database in databases:
        if database.name != "_internal" and await is_archive_database(database):
            return database
    return None


def free_routes(
    datasette: Any, routes: Sequence[tuple[str, Callable[..., Any]]]
) -> list[tuple[str, Callable[..., Any]]]:
    """Those of the routes, ^/NAME…, whose name no database has that is no archive: /NAME stays the page of that."""
    named = [(re.match(r"\^/([\w-]*)", pattern), (pattern, view)) for pattern, view in routes]
    return [route for name, route in named if name is None or not _keeps_address(datasette, name[1])]


def _keeps_address(datasette: Any, name: str) -> bool:
    database = datasette.databases.get(name)
    return database is not None and not _is_archive_file(database.path)


def _is_archive_file(path: str | None) -> bool:
    """Whether a file has our tables, asked before Datasette itself opens it. What cannot be read may have them."""
    if path is None:
        return False
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as file:
        return is_archive(file)
    return True


async def find_others(datasette: Any, actor: Actor, archive: str) -> list[str]:
    """The names of the databases beside the archive that someone may see."""
    others = [name for name in datasette.databases if name not in ("_internal", archive)]
    return await compat.visible_databases(datasette, actor, others)


async def readable_archive(datasette: Any, actor: Actor) -> Any:
    """The archive, for who may see all of its tables. Raises NotFound, Forbidden.

    A page is made from many tables, so it is shown to those who may see every one of them.
    """
    database = await find_archive(datasette)
    if database is None:
        raise NotFound("None of the databases served here is an archive of feeds.")
    if not await may_read(datasette, actor, database.name):
        raise Forbidden("This archive is not open to everybody.")
    return database


async def may_read(datasette: Any, actor: Actor, name: str) -> bool:
    """Whether someone may see all of the tables of the archive of that name."""
    return await compat.may_view_tables(datasette, actor, name, TABLES)


async def may_read_archive(datasette: Any, actor: Actor, name: str) -> bool:
    """Whether a database is an archive of which someone may see all tables: a join would reveal hidden ones."""
    return await is_archive_database(datasette.get_database(name)) and await may_read(datasette, actor, name)


async def may_read_documents(datasette: Any, actor: Actor, name: str) -> bool:
    """Whether someone may see the documents of the archive of that name: their tables may be closed by themselves."""
    return await compat.may_view_tables(datasette, actor, name, DOCUMENT_TABLES)


async def is_shown_archive(datasette: Any, name: str) -> bool:
    """Whether the database of that name is the one that our pages show."""
    archive = await find_archive(datasette)
    return archive is not None and archive.name == name


def is_owner(datasette: Any, actor: Actor) -> bool:
    """Whether someone may manage the archive: root, or one of those that the setting `owners` of our plugin names."""
    return actor is not None and actor.get("id") in {"root", *plugin_settings(datasette).get("owners", [])}


def shows_pictures(datasette: Any) -> bool:
    """Whether pages load pictures from other sites; not where the setting `pictures` of our plugin is false."""
    return bool(plugin_settings(datasette).get("pictures", True))


def plugin_settings(datasette: Any) -> dict[str, Any]:
    """What is configured for our plugin: hosts, owners, pictures, csp."""
    return datasette.plugin_config("feedsette") or {}
