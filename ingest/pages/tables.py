"""Recognises a database as an archive by its tables."""

import sqlite3

# The tables that pages read, beside the full-text index.
TABLES = frozenset(
    "feeds entries contents revisions authors entry_authors tags entry_tags links enclosures polls".split()
)


def is_archive(connection: sqlite3.Connection) -> bool:
    """Whether a database has our tables."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows} >= TABLES | {"entries_fts"}
