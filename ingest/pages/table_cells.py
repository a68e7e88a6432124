"""Labels, icons and tags that Datasette's tables show beside their own columns."""

import json
import sqlite3
from collections.abc import Sequence

_LABELS = {
    **dict.fromkeys(("entries", "feeds", "sources"), "title"),
    **dict.fromkeys(("authors", "tags"), "name"),
    "documents": "id",
}


def row_label(connection: sqlite3.Connection, table: str, number: int) -> str:
    """The title or name of a row; "" where it has none. Of a document its number."""
    found = connection.execute(f"SELECT {_LABELS[table]} FROM {table} WHERE id = ?", (number,)).fetchone()
    return str(found[0] or "") if found else ""


def icons_and_tags(
    connection: sqlite3.Connection, entries: Sequence[int]
) -> tuple[dict[int, str], dict[int, list[tuple[int, str]]]]:
    """For each of the entries the icon of its feed, and the numbers and names of its tags, where it has some."""
    numbers = json.dumps(list(entries))
    icons = connection.execute(
        """
        SELECT entries.id, feeds.icon_url FROM entries JOIN feeds ON feeds.id = entries.feed
        WHERE entries.id IN (SELECT value FROM json_each(?)) AND feeds.icon_url IS NOT NULL
        """,
        (numbers,),
    )
    tags: dict[int, list[tuple[int, str]]] = {}
    named = connection.execute(
        """
        SELECT entry_tags.entry, tags.id, tags.name FROM entry_tags JOIN tags ON tags.id = entry_tags.tag
        WHERE entry_tags.entry IN (SELECT value FROM json_each(?)) ORDER BY tags.name
        """,
        (numbers,),
    )
    found = dict(tuple(row) for row in icons)
    for entry, tag, name in named:
        tags.setdefault(entry, []).append((tag, name))
    return found, tags
