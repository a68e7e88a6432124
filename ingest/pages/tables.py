"""Recognises a database as an archive by its tables, and what of them an archive of an older release lacks."""

import sqlite3

from ingest.archive.names import dated_sql as dated_sql

# The tables that pages read, beside the full-text index.
TABLES = frozenset(
    "feeds entries contents revisions authors entry_authors tags entry_tags links enclosures polls".split()
)
# Those that the parts of pages about documents read. An archive of an older release has none.
DOCUMENT_TABLES = frozenset({"documents", "entry_documents"})


def edits_table(connection: sqlite3.Connection) -> str:
    """A table expression for the revisions that are edits, not former readings; in an older archive all are."""
    columns = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info('revisions')")}
    if "kind" not in columns:
        return "revisions"
    return f"(SELECT * FROM {'versions' if 'text_from' in columns else 'revisions'} WHERE kind = 'edit')"


def whole_revisions(connection: sqlite3.Connection) -> str:
    """The table or view that has all revisions with their texts: in an older archive each has its own."""
    row = connection.execute(
        "SELECT 1 FROM pragma_table_info('revisions') WHERE name = 'text_from'"
    ).fetchone()
    return "versions" if row else "revisions"


def has_table(connection: sqlite3.Connection, name: str) -> bool:
    """Whether an archive has a table that those of older releases lack."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [name])
    return found.fetchone() is not None


def is_archive(connection: sqlite3.Connection) -> bool:
    """Whether a database has our tables."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows} >= TABLES | {"entries_fts"}
