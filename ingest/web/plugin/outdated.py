"""An archive of another release, which is left as it is: its pages say what to do, those that fail say that alone."""

import inspect
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import wraps
from pathlib import Path
from typing import Any
from weakref import WeakSet

from datasette import Response

from ingest.archive.file.errors import FAILURES, is_damage
from ingest.archive.file.migrations import migrations
from ingest.pages.tables import has_table
from ingest.web.access import find_archive
from ingest.web.render import is_for_programs, render_page
from ingest.web.run_query import QueryFailed, is_interrupted

_current: WeakSet[Any] = WeakSet()  # a cache of the databases whose schema is this release's


class SchemaAge(Enum):
    CURRENT = auto()
    OLDER = auto()
    NEWER = auto()


def schema_age(connection: sqlite3.Connection) -> SchemaAge:
    """How the tables of an archive are to those of this release, by the migrations that made them.

    A copy without the list of these is taken as it is.
    """
    if not has_table(connection, "_sqlite_migrations"):
        return SchemaAge.CURRENT
    rows = connection.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", [migrations.name]
    )
    applied, ours = {name for (name,) in rows}, {migration.name for migration in migrations._migrations}
    if applied - ours:
        return SchemaAge.NEWER
    return SchemaAge.CURRENT if applied == ours else SchemaAge.OLDER


async def find_schema_age(database: Any) -> SchemaAge:
    if database in _current:
        return SchemaAge.CURRENT
    age: SchemaAge = await database.execute_fn(schema_age)
    if age is SchemaAge.CURRENT:
        _current.add(database)
    return age


@dataclass(frozen=True)
class OutdatedArchive:
    """`is_older`: else it is of a newer release. `file` is its name, for the command that brings it up to date."""

    is_older: bool
    file: str


async def find_outdated(datasette: Any) -> OutdatedArchive | None:
    """What is to be said of the archive that is shown, where another release made it; nothing where it is damaged."""
    archive, age = await find_archive(datasette), SchemaAge.CURRENT
    with suppress(*FAILURES):
        age = await find_schema_age(archive) if archive is not None else age
    if archive is None or age is SchemaAge.CURRENT:
        return None
    return OutdatedArchive(age is SchemaAge.OLDER, Path(archive.path).name if archive.path else "archive.db")


def needs_schema(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of ours. Where it fails on an archive of another release, a page that says what to do."""
    own = inspect.signature(view).parameters

    @wraps(view)
    async def answer(datasette: Any, request: Any) -> Any:
        given = {"datasette": datasette, "request": request}
        try:
            return await view(**{name: given[name] for name in own})
        except (QueryFailed, sqlite3.Error) as error:
            if is_interrupted(error) or is_damage(error) or not await find_outdated(datasette):
                raise
            return await _outdated_page(datasette, request)

    del answer.__wrapped__  # of which Datasette would take the arguments
    return answer


async def _outdated_page(datasette: Any, request: Any) -> Response:
    """503: who manages the archive can mend it."""
    headers = {"cache-control": "no-store"}
    why = "This archive was made by another release of Feedsette. Its home page says what to do."
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": why}, status=503, headers=headers)
    if is_for_programs(request.path):
        return Response.text(why, status=503, headers=headers)
    return await render_page(datasette, request, "feedsette/outdated.html", status=503, headers=headers)
