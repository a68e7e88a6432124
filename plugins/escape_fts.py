"""Replaces Datasette's SQL function escape_fts: Chinese, Japanese, Korean and Thai are split; no query is an error."""

import sqlite3

from datasette import hookimpl
from datasette.utils import escape_fts

from ingest.base.cjk import query_text

NOTHING = '""'  # which FTS5 takes for a query that finds nothing


def escape(query: str | None) -> str:
    """A valid FTS5 query of the words and phrases that were typed, whatever they are."""
    return escape_fts(query_text((query or "").replace("\0", " "))) or NOTHING


# After Datasette has registered its own function of this name, which this replaces.
@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    conn.create_function("escape_fts", 1, escape, deterministic=True)
