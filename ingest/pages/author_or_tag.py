"""The page of an author or a tag: its entries, and what goes with them."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

from ingest.pages.charts import Plot, plot
from ingest.pages.listing import Scope, count_periods, count_undated
from ingest.pages.rows import text_of
from ingest.pages.top_values import TopValues, Year, top_values, years
from ingest.search.unparse import exact_term

AuthorOrTag = Literal["author", "tag"]
COMMON = 20_000  # entries; lists of more are scanned by date (Scope.probe)


@dataclass(frozen=True)
class Named:
    """An author or tag, and where its entries are."""

    kind: AuthorOrTag
    id: int
    name: str
    entries: int
    scope: Scope


@dataclass(frozen=True)
class Counts:
    """What an author's, tag's or folder's page shows beside its entries: slow to count, so to be cached."""

    years: tuple[Year, ...]
    undated: int
    plot: Plot | None
    top_values: TopValues


def find_named(connection: sqlite3.Connection, kind: AuthorOrTag, id: int) -> Named | None:
    """An author or tag by its number; None where there is none."""
    row = connection.execute(f"SELECT name FROM {kind}s WHERE id = ?", [id]).fetchone()
    if row is None:
        return None
    [(entries,)] = connection.execute(f"SELECT count(*) FROM entry_{kind}s WHERE {kind} = ?", [id])
    name = text_of(row[0])
    return Named(kind, id, name, entries, _scope(kind, id, name, entries > COMMON))


def count_named(connection: sqlite3.Connection, kind: AuthorOrTag, id: int, end: str) -> Counts:
    """Counts of the entries of an author or tag. `end` is of clock.horizon: later dates lie in the future."""
    [(name,)] = connection.execute(f"SELECT name FROM {kind}s WHERE id = ?", [id])
    return count_scope(connection, _scope(kind, id, text_of(name), common=False), end)


def count_scope(connection: sqlite3.Connection, scope: Scope, end: str) -> Counts:
    """Counts of the entries of a scope, of which the dates before `end` are drawn."""
    by_month = count_periods(connection, scope)
    undated = count_undated(connection, scope)
    drawn = plot([("Entries", None, by_month)], end[:7], undated)
    return Counts(years(by_month), undated, drawn, top_values(connection, scope))


def _scope(kind: AuthorOrTag, id: int, name: str, common: bool) -> Scope:
    found = f"entries.id IN (SELECT entry FROM entry_{kind}s WHERE {kind} = :named)"
    probed = f"EXISTS (SELECT 1 FROM entry_{kind}s WHERE entry = entries.id AND {kind} = :named)"
    return Scope(found, {"named": id}, exact_term(kind, name), probed if common else None)


def find_by_name(connection: sqlite3.Connection, kind: str, name: str) -> int | None:
    """The number of a feed, author or tag of that name, in any case of ASCII; the exact case comes first."""
    column = "title" if kind == "feed" else "name"
    row = connection.execute(
        f"SELECT id FROM {kind}s WHERE {column} = :name COLLATE NOCASE ORDER BY {column} != :name, id LIMIT 1",
        {"name": name},
    ).fetchone()
    return row[0] if row else None
