"""Home: what the archive holds, what is new, and how each feed is doing."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from ingest.archive.names import FEED_NAME, dated_sql
from ingest.base.clock import horizon
from ingest.pages.charts import Plot, Spark, plot, spark
from ingest.pages.listing import Item, listing_sql, newest, scope_before
from ingest.pages.rows import value_of
from ingest.pages.time_axis import is_month, months_between

NEWEST = 25
MOST_LATER = 1000  # that are counted
FEEDS_SHOWN = 20  # that home names; the table of feeds has all
FEEDS_IN_PLOT = 7  # with a colour each; all others have one
SPARK_MONTHS = 24


@dataclass(frozen=True)
class FeedLine:
    """A feed in a list. `spark` is its last two years by month, `recent` their sum."""

    id: int
    title: str
    icon_url: str | None
    state: str
    failures: int
    entries: int
    last: str | None  # the date of its newest entry that is dated
    spark: Spark | None
    recent: int


@dataclass(frozen=True)
class Holdings:
    """What the archive holds: slow to count, so to be cached. `first` and `last` are dates of entries.

    `last` and the plot leave out what is dated in the future.
    """

    feeds: int
    entries: int
    words: int
    first: str | None
    last: str | None
    plot: Plot | None

    @property
    def colours(self) -> dict[int, int]:
        """Which colour a feed has in the plot."""
        series = self.plot.series if self.plot else ()
        return {one.feed: one.colour for one in series if one.feed is not None}


@dataclass(frozen=True)
class Day:
    date: str  # 2024-05-17
    items: tuple[Item, ...]


@dataclass(frozen=True)
class News:
    """What home shows of the present: the newest entries by day (UTC), and how many feeds fail."""

    days: tuple[Day, ...]
    failing: int
    later: int  # entries that are dated in the future, at most MOST_LATER
    horizon: str  # where that begins
    sql: str  # that finds the newest


def news(connection: sqlite3.Connection, present: str) -> News:
    """The newest entries, by a few index lookups. `present` is UTC, ISO 8601."""
    end = horizon(present)
    listing = newest(connection, NEWEST, end)
    days = tuple(
        Day(date, tuple(group)) for date, group in groupby(listing.items, key=lambda item: item.date[:10])
    )
    [(failing,)] = connection.execute("SELECT count(*) FROM feeds WHERE failures > 0 AND state = 'active'")
    [(later,)] = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM entries WHERE date >= ? LIMIT ?)", [end, MOST_LATER]
    )
    return News(days, failing, later, end, listing_sql(scope_before(end), listing))


def newest_feeds(connection: sqlite3.Connection, end: str) -> tuple[FeedLine, ...]:
    """The feeds that published last before `end` (of clock.horizon: later dates lie in the future)."""
    return feed_lines(connection, latest_feeds(connection, FEEDS_SHOWN, end), end)


def holdings(connection: sqlite3.Connection, end: str) -> Holdings:
    """Counts of the whole archive, which take seconds for a million entries. `end` is of clock.horizon."""
    dated = dated_sql(connection)
    [(feeds, entries, words, first, last)] = connection.execute(
        f"""
        SELECT (SELECT count(*) FROM feeds), (SELECT count(*) FROM entries),
            (SELECT coalesce(sum(words), 0) FROM entries),
            (SELECT min(date) FROM entries WHERE {dated}), (SELECT max(date) FROM entries WHERE {dated} AND date < ?)
        """,
        [end],
    )
    held = (feeds, entries, words, first, last or first, plot_by_month(connection, end[:7]))
    return value_of(Holdings, held)


def latest_feeds(connection: sqlite3.Connection, limit: int, end: str) -> list[int]:
    """The feeds that published last before `end`."""
    rows = connection.execute(
        """
        SELECT id FROM (
            SELECT id, (SELECT max(date) FROM entries WHERE feed = feeds.id AND date < ?) AS last FROM feeds
        ) ORDER BY last DESC, id LIMIT ?
        """,
        [end, limit],
    )
    return [id for (id,) in rows]


def feed_lines(connection: sqlite3.Connection, feeds: Iterable[int], end: str) -> tuple[FeedLine, ...]:
    """Feeds, each with a sparkline of the two years up to the newest entry of the archive before `end`."""
    [(newest_month,)] = connection.execute(
        f"SELECT substr(max(date), 1, 7) FROM entries WHERE date < ? AND {dated_sql(connection)}", [end]
    )
    months = _last_months(newest_month)
    return tuple(line for feed in feeds if (line := _line(connection, feed, months, end)))


def _last_months(newest_month: str | None) -> list[str]:
    if not newest_month or not is_month(newest_month):
        return []
    first = f"{int(newest_month[:4]) - SPARK_MONTHS // 12:04}{newest_month[4:]}"
    return months_between(first, newest_month)[1:]


def _line(connection: sqlite3.Connection, feed: int, months: list[str], end: str) -> FeedLine | None:
    dated = dated_sql(connection)
    row = connection.execute(
        f"""
        SELECT {FEED_NAME}, icon_url, state, failures,
            (SELECT count(*) FROM entries WHERE feed = feeds.id),
            (SELECT max(date) FROM entries WHERE feed = feeds.id AND date < ? AND {dated})
        FROM feeds WHERE id = ?
        """,
        [end, feed],
    ).fetchone()
    if row is None:
        return None
    counted = connection.execute(
        f"""
        SELECT substr(date, 1, 7) AS period, count(*) FROM entries
        WHERE feed = ? AND date >= ? AND {dated} GROUP BY period
        """,
        [feed, months[0] if months else "9999"],
    )
    by_month = {str(month): int(count) for month, count in counted}
    values = [by_month.get(month, 0) for month in months]
    title, icon_url, state, failures, entries, last = row
    line = (feed, title, icon_url, state, failures, entries, last, spark(values), sum(values))
    return value_of(FeedLine, line)


def plot_by_month(connection: sqlite3.Connection, last: str) -> Plot | None:
    """A plot of all entries by month, with the largest feeds as series of their own."""
    largest = connection.execute(
        f"""
        SELECT feed, n, {FEED_NAME}
        FROM (SELECT feed, count(*) AS n FROM entries GROUP BY feed ORDER BY n DESC, feed LIMIT ?) AS counted
        JOIN feeds ON feeds.id = feed ORDER BY n DESC, feed
        """,
        [FEEDS_IN_PLOT],
    ).fetchall()
    counts: dict[int | None, dict[str, int]] = {feed: {} for feed, _, _ in largest}
    marks = ", ".join("?" * len(counts))
    rows = connection.execute(
        f"""
        SELECT iif(feed IN ({marks}), feed, NULL) AS shown, substr(date, 1, 7) AS period, count(*)
        FROM entries WHERE {dated_sql(connection)} GROUP BY shown, period
        """,
        [*counts],
    )
    for feed, month, count in rows:
        counts.setdefault(feed, {})[str(month)] = int(count)
    names = {feed: str(name) for feed, _, name in largest}
    return plot(
        [
            (names.get(feed, "Other feeds") if feed is not None else "Other feeds", feed, by)
            for feed, by in counts.items()
        ],
        last,
    )


def newest_filters(news: News) -> dict[str, str]:
    """The newest entries as parameters of Datasette's page of the table."""
    newest = sum(len(day.items) for day in news.days)
    return {"date__lt": news.horizon, "_sort_desc": "date", "_size": str(newest)}
