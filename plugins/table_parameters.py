"""Parameters that the table page of entries cannot use are ignored, and the page says so.

Datasette answers some of them with an error and others with no rows. Programs (.json, .csv) get that.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.filters import Filters

from ingest.pages.table_parameters import Table, usable_parameters
from ingest.web import compat
from ingest.web.access import is_archive_database
from ingest.web.server.asgi import App, AsgiScope, Receive, Send

_TABLE = "entries"
_NOTES = "feedsette passed over"  # where a request has them


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    def wrap(app: App) -> App:
        async def answer(scope: AsgiScope, receive: Receive, send: Send) -> None:
            name = _database(datasette, scope["path"]) if scope.get("query_string") else None
            await app(await _without_invalid(datasette, scope, name) if name else scope, receive, send)

        return answer

    return wrap


def _database(datasette: Any, path: str) -> str | None:
    """The database whose table page of entries is at a path, with the base_url or, behind a proxy, without."""
    base = datasette.setting("base_url")
    pages = {str(datasette.urls.table(name, _TABLE)).removeprefix(base): name for name in datasette.databases}
    return pages.get(path.removeprefix(base).lstrip("/"))


async def _without_invalid(datasette: Any, scope: AsgiScope, name: str) -> AsgiScope:
    if not await is_archive_database(datasette.get_database(name)):
        return scope
    asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    kept, notes = usable_parameters(asked, await _table(datasette, name))
    return {**scope, "query_string": urlencode(kept).encode(), _NOTES: notes} if notes else scope


async def _table(datasette: Any, name: str) -> Table:
    found = await datasette.get_database(name).execute("SELECT name FROM pragma_table_xinfo(?)", [_TABLE])
    columns = [row["name"] for row in found.rows]
    config = await compat.table_settings(datasette, name, _TABLE)
    return Table(
        frozenset((*columns, "rowid")),
        tuple(config.get("sortable_columns", columns)),
        bool(config.get("sort") or config.get("sort_desc")),
        frozenset(Filters._filters_by_key),
        datasette.setting("max_returned_rows"),
    )


@hookimpl
def extra_template_vars(request: Any) -> dict[str, list[str]]:
    """`passed_over`, for our _table.html."""
    notes = request.scope.get(_NOTES) if request is not None else None
    return {"passed_over": notes} if notes else {}
