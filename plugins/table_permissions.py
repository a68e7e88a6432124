"""Has Datasette 0.65 work out who may see a table once, and not for each table of each page."""

from typing import Any

from datasette import hookimpl

from ingest.web import compat


@hookimpl
def startup(datasette: Any) -> None:
    compat.remember_table_permissions(datasette)
