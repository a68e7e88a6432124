"""The doors of home: to what was published on this day, to what was edited, to what is cited most."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pages.listing import Item, items_of
from ingest.pages.start.on_this_day import load_on_this_day
from ingest.pages.tables import edits_table


@dataclass(frozen=True)
class Example:
    """What one finds behind a door. `said` is the year, the time of the edit, or by how many it is cited."""

    item: Item
    said: str


@dataclass(frozen=True)
class Examples:
    this_day: Example | None
    edited: Example | None


def load_examples_of_doors(connection: sqlite3.Connection, day: str) -> Examples:
    """An entry of this day ("2024-05-17") in an earlier year, and the one that was edited last."""
    years = load_on_this_day(connection, day[5:10], f"{day[:4]}-01-01T00:00:00Z").years
    this_day = Example(years[0].items[0], years[0].year) if years else None
    edited = connection.execute(
        f"SELECT entry, replaced FROM {edits_table(connection)} ORDER BY id DESC LIMIT 1"
    ).fetchall()
    return Examples(this_day, _example(connection, edited))


def load_most_cited(connection: sqlite3.Connection) -> tuple[Example, ...]:
    """The entry that the most others link to, if any. It walks over all links between entries: to be cached."""
    rows = connection.execute(
        """
        SELECT target, count(DISTINCT entry) AS entries FROM links WHERE target IS NOT NULL AND target != entry
        GROUP BY target ORDER BY entries DESC, target LIMIT 1
        """
    ).fetchall()
    found = _example(connection, rows)
    return (found,) if found else ()


def _example(connection: sqlite3.Connection, rows: Sequence[tuple[int, object]]) -> Example | None:
    items = items_of(connection, [id for id, _ in rows])
    return Example(items[0], str(rows[0][1])) if items else None
