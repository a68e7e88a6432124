"""Lists of entries, newest first, with keyset pagination: the last page is as quick as the first.

What its feed does not date comes after all that is dated: when it was imported says nothing of how new it is.
"""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeGuard

from ingest.archive.names import (
    DATE_FROM,
    DATED_AHEAD,
    FEED_NAME,
    IS_DATED,
    IS_PROVEN_REMOVAL,
    LAST_UPDATED,
    dated_sql,
    undated_sql,
)
from ingest.pages.rows import value_of

WORDS_PER_MINUTE = 230
MOST_PROBED = 20_000  # entries that are scanned by date; where they do not fill a page, all ids are looked up

# What an Item is made of; `feeds` and `entries` are joined.
_ITEM = f"""
    entries.id, entries.title, entries.url, entries.feed, {FEED_NAME}, entries.author,
    entries.date, entries.words, entries.excerpt, entries.removed, {DATE_FROM}, {IS_PROVEN_REMOVAL},
    {DATED_AHEAD}, {IS_DATED}, {LAST_UPDATED}
"""
NEWEST_FIRST = "month IS NULL, date DESC, id"  # the order of all lists, for SQL that people read
_CURSOR = re.compile(r"(-?)(_?)([0-9A-Za-z:.+-]{1,40})~(\d{1,18})", re.ASCII)
AFTER_ALL = "~"  # sorts after whatever a date holds
_BEFORE_ALL = "-_0~0"  # the cursor of the last page


@dataclass(frozen=True)
class Item:
    """An entry in a list. `date` is in UTC, ISO 8601; `removed` when it was found to be removed from its feed."""

    id: int
    title: str | None
    url: str | None
    feed_id: int
    feed: str  # its title, or its address
    author: str | None
    date: str
    words: int
    excerpt: str | None
    removed: str | None
    date_from: str  # published, updated, document (the document's own date), seen
    removal_is_proven: bool
    dated_ahead: str | None = None  # what its feed says instead, which lies in the future
    has_month: bool = True  # so that it stands among what is dated, also in an older archive
    updated: str = ""  # when it was last changed; its date, where nothing else is known

    @property
    def dated(self) -> bool:
        """Whether it says itself when it was published or updated, and is not dated in the future."""
        return self.date_from in ("published", "updated")

    @property
    def minutes(self) -> int:
        return reading_minutes(self.words)


@dataclass(frozen=True)
class Listing:
    """A page of a list. `newer` and `older` are cursors of the pages beside it, None where there is none.

    `beyond` says that the page asked for lies beyond the list, and this is the nearest.
    """

    items: tuple[Item, ...]
    newer: str | None
    older: str | None
    beyond: bool = False


@dataclass(frozen=True)
class Scope:
    """Which entries a list is of: a condition on entries, with its parameters. `search` is a query that finds them.

    `where` looks up all of their ids, as counting needs. `probe`, where there is one, tests a single entry instead:
    where many entries match, to scan them by date and test each fills a page sooner.
    """

    where: str
    params: dict[str, int | str]
    search: str = ""
    probe: str | None = None

    @property
    def by_date(self) -> str:
        return self.probe or self.where


def feed_scope(feed: int) -> Scope:
    return Scope("entries.feed = :feed", {"feed": feed}, search=f"feed:{feed}")


def scope_before(day: str, scope: Scope | None = None) -> Scope:
    """The entries dated before a day, of all or of a scope."""
    sooner = "entries.date < :day"
    if scope is None:
        return Scope(sooner, {"day": day})
    probe = f"{scope.probe} AND {sooner}" if scope.probe else None
    return Scope(f"{scope.where} AND {sooner}", {**scope.params, "day": day}, probe=probe)


def reading_minutes(words: int) -> int:
    return max(1, round(words / WORDS_PER_MINUTE))


def is_period(text: str | None) -> TypeGuard[str]:
    """Whether it is a year, month or day of the calendar: 2024, 2024-05, 2024-05-17."""
    if text is None or len(text) not in (4, 7, 10) or not text.isascii():
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def is_cursor(text: str | None) -> bool:
    return bool(text and _CURSOR.fullmatch(text))


def newest(connection: sqlite3.Connection, limit: int, horizon: str) -> Listing:
    """The newest entries of all feeds, without those of the future."""
    return list_entries(connection, scope_before(horizon), limit=limit)


def list_entries(
    connection: sqlite3.Connection,
    scope: Scope,
    *,
    limit: int,
    period: str | None = None,
    cursor: str | None = None,
) -> Listing:
    """A page of the entries in a scope, of a year, month or day where a `period` is given.

    An invalid cursor or period is ignored.
    """
    period = period if is_period(period) else ""
    place = _place(cursor)
    rows = _rows(connection, scope, limit + 1, period, place)
    more, rows = len(rows) > limit, rows[:limit]
    if place and place.backwards:
        rows.reverse()
    items = tuple(value_of(Item, row) for row in rows)
    if not items and not place:
        return Listing((), None, None)
    if not items:
        backwards = place is not None and place.backwards
        nearest = list_entries(
            connection, scope, limit=limit, period=period, cursor=None if backwards else _BEFORE_ALL
        )
        return replace(nearest, older=nearest.older if backwards else None, beyond=True)
    has_newer = more if place and place.backwards else place is not None
    has_older = more or bool(place and place.backwards)
    return Listing(
        items,
        f"-{_cursor_of(items[0])}" if has_newer else None,
        _cursor_of(items[-1]) if has_older else None,
    )


@dataclass(frozen=True)
class _Place:
    """What a page begins after: of what is dated or, `undated`, of the rest, that comes after."""

    backwards: bool
    undated: bool
    date: str
    id: int


def _place(cursor: str | None) -> _Place | None:
    found = _CURSOR.fullmatch(cursor or "")
    return _Place(found[1] == "-", found[2] == "_", found[3], int(found[4])) if found else None


def _cursor_of(item: Item) -> str:
    return f"{'' if item.has_month else '_'}{item.date}~{item.id}"


def _rows(
    connection: sqlite3.Connection, scope: Scope, limit: int, period: str, place: _Place | None
) -> list[tuple[object, ...]]:
    """The dated entries of a page and, where they do not fill it, the others; backwards, the other way round."""
    conditions = {False: dated_sql(connection), True: undated_sql(connection)}
    backwards = place is not None and place.backwards
    parts = [False] if period or not conditions[True] else [False, True]
    if backwards:
        parts.reverse()
    if place and place.undated in parts:
        parts = parts[parts.index(place.undated) :]
    elif place and not backwards:
        parts = []
    rows: list[tuple[object, ...]] = []
    for undated in parts:
        if left := limit - len(rows):
            here = place if place and place.undated == undated else None
            rows += _part(connection, scope, left, period, conditions[undated] or "FALSE", here, backwards)
    return rows


def _part(
    connection: sqlite3.Connection,
    scope: Scope,
    limit: int,
    period: str,
    part: str,
    place: _Place | None,
    backwards: bool,
) -> list[tuple[object, ...]]:
    # The first comparison of each pair is what the index is entered by, the second decides among equal dates.
    if place is None:
        beyond = "TRUE"
    elif backwards:
        beyond = "entries.date >= :date AND (entries.date > :date OR entries.id < :id)"
    else:
        beyond = "entries.date <= :date AND (entries.date < :date OR entries.id > :id)"
    within = "entries.date >= :period AND entries.date < :period_end" if period else "TRUE"
    order = "entries.date, entries.id DESC" if backwards else "entries.date DESC, entries.id"
    here = f"{part} AND {within} AND {beyond}"
    found = f"SELECT id FROM entries WHERE {scope.where} AND {here} ORDER BY {order} LIMIT :limit"
    params = {
        **scope.params,
        "limit": limit,
        "period": period,
        "period_end": period + AFTER_ALL,
        "date": place.date if place else None,
        "id": place.id if place else 0,
    }
    if scope.probe:
        far = connection.execute(
            f"SELECT date FROM entries WHERE {here} ORDER BY {order} LIMIT 1 OFFSET {MOST_PROBED}", params
        ).fetchone()
        near = f"entries.date {'<=' if backwards else '>='} :far" if far else "TRUE"
        probed = (
            f"SELECT id FROM entries WHERE {scope.probe} AND {here} AND {near} ORDER BY {order} LIMIT :limit"
        )
        rows = _items(connection, probed, order, {**params, "far": far[0] if far else ""})
        if len(rows) == limit or not far:
            return rows
    return _items(connection, found, order, params)


def _items(
    connection: sqlite3.Connection, ids: str, order: str, params: Mapping[str, int | str | None]
) -> list[tuple[object, ...]]:
    cursor = connection.execute(
        f"""
        SELECT {_ITEM}
        FROM ({ids}) AS page CROSS JOIN entries ON entries.id = page.id JOIN feeds ON feeds.id = entries.feed
        ORDER BY {order}
        """,
        params,
    )
    return [tuple(row) for row in cursor]


def items_of(connection: sqlite3.Connection, ids: list[int]) -> tuple[Item, ...]:
    """The entries with these numbers, in this order; those that are not there are left out."""
    marks = ", ".join("?" * len(ids))
    rows = connection.execute(
        f"SELECT {_ITEM} FROM entries JOIN feeds ON feeds.id = entries.feed WHERE entries.id IN ({marks})",
        ids,
    )
    by_id = {found.id: found for found in (value_of(Item, row) for row in rows)}
    return tuple(by_id[id] for id in ids if id in by_id)


def count_periods(connection: sqlite3.Connection, scope: Scope) -> dict[str, int]:
    """How many dated entries each month ("2024-05") has, in chronological order."""
    rows = connection.execute(
        f"""
        SELECT substr(entries.date, 1, 7) AS period, count(*) FROM entries
        WHERE {scope.where} AND {dated_sql(connection)}
        GROUP BY period ORDER BY period
        """,
        scope.params,
    )
    return {str(month): int(count) for month, count in rows}


def count_undated(connection: sqlite3.Connection, scope: Scope) -> int:
    """How many entries their feed does not date, or in the future."""
    undated = undated_sql(connection)
    if undated is None:
        return 0
    [(count,)] = connection.execute(
        f"SELECT count(*) FROM entries WHERE {scope.where} AND {undated}", scope.params
    )
    return int(count)


def count_all_undated(connection: sqlite3.Connection) -> int:
    """How many entries of the archive their feed does not date, or in the future."""
    return count_undated(connection, Scope("TRUE", {}))
