"""What the cells of Datasette's own pages lead to: an entry is a link wherever it is named."""

from collections.abc import Mapping
from typing import Any

from datasette import hookimpl
from markupsafe import Markup


@hookimpl
def render_cell(
    row: Mapping[str, Any], value: Any, column: str, table: str | None, database: str, datasette: Any
) -> Markup | None:
    """The title of an entry leads to its page, in the table of entries and in the results of queries.

    Where several databases are served, one of which the reading pages are of, it leads to its row.
    """
    key = {"entries": "id", None: "entry"}.get(table)
    if column != "title" or key is None or not isinstance(value, str) or not value.strip():
        return None
    number = row[key] if key in row.keys() else None  # noqa: SIM118 (a sqlite3.Row has no other way to tell)
    if not isinstance(number, int):
        return None
    others = set(datasette.databases) - {"_internal", database}
    address = (
        datasette.urls.row(database, "entries", str(number))
        if others
        else datasette.urls.path(f"/entry/{number}")
    )
    return Markup('<a href="{}">{}</a>').format(address, value)


@hookimpl
def extra_css_urls() -> list[str]:
    return ["/static/feedsette.css"]
