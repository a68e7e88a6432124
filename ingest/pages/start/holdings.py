"""What the archive holds: one line of numbers, and a chart of all that is dated."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.archive.names import dated_sql
from ingest.pages.charts import Plot, plot
from ingest.pages.listing import count_all_undated
from ingest.pages.plots.feed_colours import feed_colours, load_named_feeds, names_told_apart

MONTHS_ON_HOME = 60  # else years: a bar is to be hit with a finger


@dataclass(frozen=True)
class Holdings:
    """Slow to count, so to be cached. `first` and `last` are dates of entries.

    `last` and the plot leave out what is dated in the future.
    """

    feeds: int
    entries: int
    words: int
    first: str | None
    last: str | None
    undated: int
    plot: Plot | None


def load_holdings(connection: sqlite3.Connection, end: str) -> Holdings:
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
    undated = count_all_undated(connection)
    drawn = plot_of_all(connection, end[:7], undated)
    return Holdings(feeds, entries, words, first, last or first, undated, drawn)


def plot_of_all(connection: sqlite3.Connection, last: str, undated: int) -> Plot | None:
    """All entries by month or year, each feed in its colour; in one, where feeds have none of their own."""
    colours, dated = feed_colours(connection), dated_sql(connection)
    if len(colours) < 2:
        rows = connection.execute(
            f"SELECT substr(date, 1, 7) AS period, count(*) FROM entries WHERE {dated} GROUP BY period"
        )
        counts: dict[str, int] = {str(month): int(n) for month, n in rows}
        return plot([("Entries", next(iter(colours), None), counts)], last, undated, colours, MONTHS_ON_HOME)
    counted: dict[int, dict[str, int]] = {}
    for feed, month, n in connection.execute(
        f"SELECT feed, substr(date, 1, 7) AS period, count(*) FROM entries WHERE {dated} GROUP BY feed, period"
    ):
        counted.setdefault(int(feed), {})[str(month)] = int(n)
    return plot(_series(connection, counted), last, undated, colours, MONTHS_ON_HOME)


def _series(
    connection: sqlite3.Connection, counted: Mapping[int, Mapping[str, int]]
) -> list[tuple[str, int | None, Mapping[str, int]]]:
    """The feeds with the most entries first, which is lowest."""
    names = names_told_apart(load_named_feeds(connection, [*counted]))
    largest = sorted(counted.items(), key=lambda pair: (-sum(pair[1].values()), pair[0]))
    return [(names.get(feed, f"Feed {feed}"), feed, by) for feed, by in largest]
