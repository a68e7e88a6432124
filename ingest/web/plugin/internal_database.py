"""What Datasette 1.0 keeps of metadata and queries in a file of its own (`--internal`), where users edit them."""

import sqlite3
from typing import Any

from ingest.web import compat

_Path = list[str]  # of a setting: the names that lead to it
# What each row of metadata is, as metadata.yml has it.
_METADATA = (
    "SELECT key FROM metadata_instance",
    "SELECT 'databases', database_name, key FROM metadata_databases",
    "SELECT 'databases', database_name, 'tables', resource_name, key FROM metadata_resources",
    "SELECT 'databases', database_name, 'tables', resource_name, 'columns', column_name FROM metadata_columns",
)
_QUERIES = "SELECT 'databases', database_name, 'queries', name FROM queries WHERE source != 'config'"


async def leave_out_kept(datasette: Any, metadata: dict[str, Any], config: dict[str, Any]) -> None:
    """Take out of our settings those that are kept there already: Datasette would write ours over the user's."""
    internal = compat.internal_database(datasette)
    if internal is None:
        return
    described, queries = await internal.execute_fn(_read_kept)
    for settings, paths in ((metadata, described), (config, queries)):
        for path in paths:
            _remove(settings, path)


def _read_kept(connection: sqlite3.Connection) -> tuple[list[_Path], list[_Path]]:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'metadata_columns'").fetchone():
        return [], []  # a new file
    described = [list(row) for sql in _METADATA for row in connection.execute(sql)]
    return described, [list(row) for row in connection.execute(_QUERIES)]


def _remove(settings: dict[str, Any], path: _Path) -> None:
    *names, last = path
    for name in names:
        settings = settings.get(name) or {}
    settings.pop(last, None)
