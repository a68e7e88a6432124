"""What one question may take of the server's memory is limited, and it can be interrupted."""

import sqlite3

from datasette import hookimpl

from ingest.web.sql_executor import prepare


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    prepare(conn)
