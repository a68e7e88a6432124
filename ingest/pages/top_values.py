"""The most common authors, tags, linked hosts and feeds of a list of entries."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.pages.listing import Scope
from ingest.pages.plots.feed_colours import load_named_feeds, names_told_apart
from ingest.pages.rows import value_of
from ingest.search.unparse import exact_term

MOST_LOOKED_AT = 20_000  # entries, of which authors and tags are counted


@dataclass(frozen=True)
class TopValue:
    """How many entries an author, tag, feed or host has. Of a host, `search` is the query that finds them."""

    name: str
    count: int
    id: int | None = None
    search: str = ""


@dataclass(frozen=True)
class TopValues:
    authors: tuple[TopValue, ...]
    tags: tuple[TopValue, ...]
    hosts: tuple[TopValue, ...]
    feeds: tuple[TopValue, ...]


def top_values(connection: sqlite3.Connection, scope: Scope, most: int = 12) -> TopValues:
    """The `most` common authors, tags and feeds of the latest entries in a scope, and hosts of all of them."""
    latest = _latest(connection, scope)
    return TopValues(
        _joined(connection, latest, "author", most),
        _joined(connection, latest, "tag", most),
        _hosts(connection, scope, most),
        () if "feed" in scope.params else _feeds(connection, latest, most),
    )


def _latest(connection: sqlite3.Connection, scope: Scope) -> str:
    """The numbers of the latest entries, as JSON."""
    rows = connection.execute(
        f"SELECT id FROM entries WHERE {scope.where} ORDER BY entries.date DESC LIMIT {MOST_LOOKED_AT}",
        scope.params,
    )
    return json.dumps(sorted(id for (id,) in rows))


def _joined(connection: sqlite3.Connection, latest: str, kind: str, most: int) -> tuple[TopValue, ...]:
    rows = connection.execute(
        f"""
        SELECT {kind}s.name, counted.n, {kind}s.id
        FROM (
            SELECT {kind}, count(*) AS n FROM entry_{kind}s
            WHERE entry IN (SELECT value FROM json_each(:latest))
            GROUP BY {kind} ORDER BY n DESC, {kind} LIMIT :most
        ) AS counted JOIN {kind}s ON {kind}s.id = counted.{kind} ORDER BY counted.n DESC, {kind}s.name
        """,
        {"latest": latest, "most": most},
    )
    return tuple(value_of(TopValue, row) for row in rows)


def _hosts(connection: sqlite3.Connection, scope: Scope, most: int) -> tuple[TopValue, ...]:
    rows = connection.execute(
        f"""
        SELECT host, count(DISTINCT entry) AS n FROM links
        WHERE host != '' AND entry IN (SELECT id FROM entries WHERE {scope.where})
        GROUP BY host ORDER BY n DESC, host LIMIT :most
        """,
        {**scope.params, "most": most},
    )
    return tuple(
        TopValue(host, n, search=f"{scope.search} {exact_term('host', host)}".strip()) for host, n in rows
    )


def _feeds(connection: sqlite3.Connection, latest: str, most: int) -> tuple[TopValue, ...]:
    counted = connection.execute(
        """
        SELECT feed, count(*) AS n FROM entries WHERE id IN (SELECT value FROM json_each(:latest))
        GROUP BY feed ORDER BY n DESC, feed LIMIT :most
        """,
        {"latest": latest, "most": most},
    ).fetchall()
    names = names_told_apart(load_named_feeds(connection, [feed for feed, _ in counted]))
    return tuple(TopValue(names[feed], n, feed) for feed, n in counted if feed in names)


@dataclass(frozen=True)
class Year:
    """A year of a list, with how many entries it and each of its months have."""

    name: str
    count: int
    months: tuple[tuple[str, int], ...]


def years(by_month: Mapping[str, int]) -> tuple[Year, ...]:
    """The years of a list from the latest, from what `count_periods` says."""
    found: dict[str, list[tuple[str, int]]] = {}
    for month, count in sorted(by_month.items()):
        found.setdefault(month[:4], []).append((month, count))
    return tuple(
        Year(year, sum(count for _, count in months), tuple(months))
        for year, months in sorted(found.items(), reverse=True)
    )
