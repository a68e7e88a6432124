"""Whether an archive is served, and which pages are ours: all but those of other databases."""

import sqlite3
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from weakref import WeakSet

from datasette.utils import tilde_decode

from ingest.archive.file.errors import is_damage
from ingest.archive.file.kind import FileKind, kind_of
from ingest.pages.tables import is_archive
from ingest.web.access import is_archive_database, is_known, know_archive
from ingest.web.plugin.routes import has_route, shows_archive

# Whether the present request is for a page of ours, for what is not told which request that is.
our_page: ContextVar[bool] = ContextVar("feedsette_our_page", default=False)


_NEVER = ("_internal", "_memory")  # Datasette's own
_seen: WeakSet[Any] = (
    WeakSet()
)  # databases that are known to be an archive or something else, and so will stay


async def look_for_archives(datasette: Any) -> bool:
    """Find out which databases are archives, and whether one was not known yet.

    One that cannot be read is none, unless it is a damaged archive. An empty one is looked at again: it may become one.
    """
    found = False
    for database in list(datasette.databases.values()):
        if database in _seen or database.name in _NEVER:
            continue
        try:
            if await is_archive_database(database):
                found = True
            elif await database.execute_fn(_is_empty):
                continue
            _seen.add(database)
        except sqlite3.Error as error:
            if is_damage(error) and database.path and _was_archive(Path(database.path)):
                know_archive(database)
    return found


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def _was_archive(path: Path) -> bool:
    with suppress(OSError):
        return kind_of(path) in (FileKind.ARCHIVE, FileKind.DAMAGED, FileKind.UNMARKED)
    return False


def is_known_archive(datasette: Any, name: str) -> bool:
    """Whether the database of that name was found to be an archive."""
    return is_known(datasette.databases.get(name))


def is_to_archive(connection: sqlite3.Connection) -> bool:
    """Whether a new connection is to an archive."""
    with suppress(sqlite3.Error):
        return is_archive(connection)
    return False


def is_our_page(datasette: Any, path: str) -> bool:
    """Whether we have a part in the page at a path: none in those of other databases."""
    if not shows_archive(datasette):
        return False
    base = str(datasette.setting("base_url"))
    below = path[len(base) :] if path.startswith(base) else path.removeprefix("/")
    first = tilde_decode(below.partition("/")[0].partition(".")[0])
    others = (database for database in datasette.databases.values() if not is_known(database))
    is_theirs = any(database.route == first for database in others)
    return not is_theirs or has_route(datasette, f"/{below}")
