"""Labels, icons and tags that Datasette's tables show beside their own columns."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pages.icons import has_icon_sql

_LABELS = {
    **dict.fromkeys(("entries", "feeds", "sources"), "title"),
    **dict.fromkeys(("authors", "tags"), "name"),
    "documents": "id",
}


def row_label(connection: sqlite3.Connection, table: str, number: int) -> str:
    """The title or name of a row; "" where it has none. Of a document its number."""
    found = connection.execute(f"SELECT {_LABELS[table]} FROM {table} WHERE id = ?", (number,)).fetchone()
    return str(found[0] or "") if found else ""


@dataclass(frozen=True)
class FeedIcon:
    """The icon of a feed: kept here, or at a URL elsewhere."""

    feed: int
    url: str | None
    is_kept: bool


def icons_and_tags(
    connection: sqlite3.Connection, entries: Sequence[int]
) -> tuple[dict[int, FeedIcon], dict[int, list[tuple[int, str]]]]:
    """For each of the entries the icon of its feed, and the numbers and names of its tags, where it has some."""
    numbers = json.dumps(list(entries))
    icons = connection.execute(
        f"""
        SELECT entries.id, entries.feed, feeds.icon_url, {has_icon_sql(connection)} AS has_icon
        FROM entries JOIN feeds ON feeds.id = entries.feed
        WHERE entries.id IN (SELECT value FROM json_each(?)) AND (feeds.icon_url IS NOT NULL OR has_icon)
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
    found = {entry: FeedIcon(feed, url, bool(kept)) for entry, feed, url, kept in icons}
    for entry, tag, name in named:
        tags.setdefault(entry, []).append((tag, name))
    return found, tags
