"""An archive of another release: its pages say what to do instead of failing. It is left as it is."""

import inspect
import sqlite3
from collections.abc import Callable
from enum import Enum, auto
from functools import wraps
from pathlib import Path
from typing import Any
from weakref import WeakSet

from datasette import Response

from ingest.archive.file.migrations import migrations
from ingest.pages.tables import has_table
from ingest.web.access import find_archive
from ingest.web.render import is_for_programs, render_page
from ingest.web.run_query import run_query

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
    age = await run_query(database, schema_age)
    if age is SchemaAge.CURRENT:
        _current.add(database)
    return age


def needs_schema(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of ours, or else a page that names the command by which the archive gets the tables of this release."""
    own = inspect.signature(view).parameters

    @wraps(view)
    async def answer(datasette: Any, request: Any) -> Any:
        archive = await find_archive(datasette)
        age = SchemaAge.CURRENT if archive is None else await find_schema_age(archive)
        if age is not SchemaAge.CURRENT:
            return await _outdated_page(datasette, request, archive, age)
        given = {"datasette": datasette, "request": request}
        return await view(**{name: given[name] for name in own})

    del answer.__wrapped__  # of which Datasette would take the arguments
    return answer


async def _outdated_page(datasette: Any, request: Any, archive: Any, age: SchemaAge) -> Response:
    """503: who manages the archive can mend it."""
    file = Path(archive.path).name if archive.path else "archive.db"
    values = {"is_older": age is SchemaAge.OLDER, "file": file}
    headers = {"cache-control": "no-store"}
    if is_for_programs(request.path):
        why = "This archive was made by another release of Feedsette. Its home page says what to do."
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "error": why}, status=503, headers=headers)
        return Response.text(why, status=503, headers=headers)
    template = "feedsette/outdated.html"
    return await render_page(datasette, request, template, values, status=503, headers=headers)
