"""What home shows of the present: the newest entries by day, and how many feeds fail."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.archive.names import FEED_NAME, dated_sql
from ingest.base.clock import horizon
from ingest.pages.listing import Item, Listing, list_entries, scope_before
from ingest.pages.listing_sql import listing_sql
from ingest.pages.rows import text_of
from ingest.pages.start.imports import UndatedLine

NEWEST = 25
MOST_LATER = 1000  # that are counted
MOST_UNDATED_LINES = 3
MOST_FAILING_NAMED = 3


@dataclass(frozen=True)
class Day:
    """What was published on a day (UTC), and what came in on it without a date."""

    date: str  # 2024-05-17
    items: tuple[Item, ...]
    undated: tuple[UndatedLine, ...] = ()


@dataclass(frozen=True)
class Failing:
    """Of the `active` feeds, which are polled, how many fail; and the first of them by number and name."""

    active: int
    feeds: int
    named: tuple[tuple[int, str], ...]

    @property
    def all_of_them(self) -> bool:
        return self.feeds > 0 and self.feeds == self.active


@dataclass(frozen=True)
class News:
    items: tuple[Item, ...]
    failing: Failing
    followed: int  # feeds
    later: int  # entries that are dated in the future, at most MOST_LATER
    horizon: str  # where that begins
    sql: str  # that finds the newest


def load_news(connection: sqlite3.Connection, present: str) -> News:
    """The newest entries that are dated, by a few index lookups. `present` is UTC, ISO 8601."""
    end, dated = horizon(present), dated_sql(connection)
    scope = scope_before(end)
    found = list_entries(connection, scope, limit=NEWEST).items
    listing = Listing(tuple(item for item in found if item.has_month), None, None)
    [(followed,)] = connection.execute("SELECT count(*) FROM feeds")
    [(later,)] = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM entries WHERE {dated} AND date >= ? LIMIT ?)", [end, MOST_LATER]
    )
    return News(listing.items, _failing(connection), followed, later, end, listing_sql(scope, listing))


def _failing(connection: sqlite3.Connection) -> Failing:
    [(active, failing)] = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE failures > 0) FROM feeds WHERE state = 'active'"
    )
    named = connection.execute(
        f"SELECT id, {FEED_NAME} FROM feeds WHERE failures > 0 AND state = 'active' ORDER BY failures DESC, id LIMIT ?",
        [MOST_FAILING_NAMED],
    )
    return Failing(active, failing, tuple((id, text_of(name)) for id, name in named))


def by_day(items: Sequence[Item], undated: Sequence[UndatedLine]) -> tuple[Day, ...]:
    """The entries by day, the newest first, with a few lines on what has no date where it came in."""
    days = {date: tuple(group) for date, group in groupby(items, key=lambda item: item.date[:10])}
    oldest = min(days, default="")
    lines = [line for line in undated if line.day >= oldest][:MOST_UNDATED_LINES]
    dates = sorted({*days, *(line.day for line in lines)}, reverse=True)
    return tuple(
        Day(date, days.get(date, ()), tuple(line for line in lines if line.day == date)) for date in dates
    )


def newest_filters(news: News) -> dict[str, str]:
    """The newest entries as parameters of Datasette's page of the table."""
    size = str(len(news.items))
    return {"date__lt": news.horizon, "month__notblank": "1", "_sort_desc": "date", "_size": size}
