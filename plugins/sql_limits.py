"""Sets the limits of ingest.web.sql_limits on each connection, and makes its SQL interruptible."""

import sqlite3

from datasette import hookimpl

from ingest.web.sql_executor import prepare_sql_connection


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    prepare_sql_connection(conn)
