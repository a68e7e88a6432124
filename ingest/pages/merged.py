"""What entries and feeds that were merged are a part of now."""

import sqlite3

from ingest.pages.tables import has_table

# By the kind of page, and the table that an archive of an older release lacks.
_PART_OF = {
    "entry": ("entry_aliases", "SELECT entry FROM entry_aliases WHERE former_entry = ? LIMIT 1"),
    "feed": ("former_feeds", "SELECT feed FROM former_feeds WHERE id = ?"),
}


def load_merged_into(connection: sqlite3.Connection, kind: str, id: int) -> int | None:
    """The entry or feed that one with this number is a part of now; None where there is none."""
    table, query = _PART_OF[kind]
    found = connection.execute(query, [id]).fetchone() if has_table(connection, table) else None
    return int(found[0]) if found else None
