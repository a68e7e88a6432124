"""Limits on the memory of each SQL query, which can be interrupted."""

import sqlite3

from datasette import hookimpl

from ingest.web.sql_executor import prepare_sql_connection


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    prepare_sql_connection(conn)
