"""When Datasette starts, before it reads its settings: finds archives, names one, puts our settings beneath."""

import sqlite3
from contextlib import suppress
from copy import deepcopy
from functools import cache, partial
from typing import Any

from ingest.web import compat
from ingest.web.access import find_archive, is_known
from ingest.web.plugin.internal_database import leave_out_kept
from ingest.web.plugin.naming import renamed_settings, take_name
from ingest.web.plugin.routes import shows_archive
from ingest.web.plugin.shown import look_for_archives
from ingest.web.server.site_files import NAME, config, metadata

_OF_SITE = ("license", "source")  # which Datasette shows of all databases


async def start(datasette: Any) -> None:
    await look_for_archives(datasette)
    archive = await find_archive(datasette) if shows_archive(datasette) else None
    if archive is None:
        return
    former, tables = archive.name, frozenset[str]()
    with suppress(sqlite3.Error):  # of a damaged one
        tables = await archive.execute_fn(_tables)
    take_name(datasette, archive, tables | set(_read()[0]["databases"][NAME]["queries"]))
    names = [name for name, database in datasette.databases.items() if is_known(database)]
    alone = all(is_known(one) or one.name == "_internal" for one in datasette.databases.values())
    ours, configured = _settings(names, alone)
    await leave_out_kept(datasette, ours, configured)
    change = partial(renamed_settings, former=former) if archive.name != former else dict
    compat.put_beneath(datasette, ours, configured, change)


def _tables(connection: sqlite3.Connection) -> frozenset[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    return frozenset(name for (name,) in rows)


def _settings(names: list[str], alone: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """metadata.yml and datasette.yml for archives of these names, without the settings of the whole server."""
    ours, configured = deepcopy(_read())
    if not alone:
        ours = {key: value for key, value in ours.items() if key not in _OF_SITE}
    both = [{**one, "databases": dict.fromkeys(names, one["databases"][NAME])} for one in (ours, configured)]
    del both[1]["settings"]
    return deepcopy(both[0]), deepcopy(both[1])


@cache
def _read() -> tuple[dict[str, Any], dict[str, Any]]:
    return metadata(), config()
