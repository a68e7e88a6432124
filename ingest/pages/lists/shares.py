"""What share of all entries some tags or authors had, by year, or by month where the archive is young."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.pages.author_or_tag import AuthorOrTag
from ingest.pages.charts import Spark, spark
from ingest.pages.time_axis import axis, months_between

FEWEST_PERIODS = 6  # of which a picture says anything
MOST_SHARE_YEARS, MOST_SHARE_MONTHS = 12, 24
FEWEST_OF_PERIOD = 20  # of a period; of fewer, a share would say nothing


@dataclass(frozen=True)
class Share:
    """The share of one of them in each period, as bars where that says anything, and where it was greatest."""

    spark: Spark | None
    period: str
    percent: float

    @property
    def in_words(self) -> str:
        percent = "under 1" if self.percent < 1 else f"{self.percent:.0f}"
        return f"{percent} % in {self.period}"


@dataclass(frozen=True)
class Shares:
    """Shares by number, of the periods from the first to the last."""

    unit: str
    first: str
    last: str
    of: Mapping[int, Share]


def load_shares(connection: sqlite3.Connection, kind: AuthorOrTag, ids: Sequence[int], end: str) -> Shares:
    """Of dated entries before `end` (of clock.horizon); of none where there are too few periods."""
    totals = _totals(connection, end)
    periods = _periods(totals, end)
    if len(periods) < FEWEST_PERIODS:
        return Shares("month", "", "", {})
    column = "year" if len(periods[0]) == 4 else "month"
    summed: dict[str, int] = {}
    for month, n in totals.items():
        summed[month[: len(periods[0])]] = summed.get(month[: len(periods[0])], 0) + n
    rows = connection.execute(
        f"""
        SELECT named.{kind}, entries.{column}, count(*)
        FROM entry_{kind}s AS named CROSS JOIN entries ON entries.id = named.entry
        WHERE named.{kind} IN (SELECT value FROM json_each(:ids))
            AND entries.{column} >= :first AND entries.date < :end
        GROUP BY named.{kind}, entries.{column}
        """,
        {"ids": json.dumps(list(ids)), "first": periods[0], "end": end},
    )
    counts: dict[int, dict[str, int]] = {}
    for id, period, n in rows:
        counts.setdefault(id, {})[str(period)] = n
    drawn = {id: share for id, by in counts.items() if (share := share_of(by, summed, periods))}
    return Shares(column, periods[0], periods[-1], drawn)


def _totals(connection: sqlite3.Connection, end: str) -> dict[str, int]:
    """How many dated entries each month has."""
    rows = connection.execute(
        "SELECT month, count(*) FROM entries WHERE month IS NOT NULL AND date < ? GROUP BY month", [end]
    )
    return {str(month): int(n) for month, n in rows}


def _periods(totals: Mapping[str, int], end: str) -> list[str]:
    """The latest years or, where there are few of these, months."""
    shown = axis([totals], end[:7])
    if shown is None:
        return []
    first, last = int(shown.periods[0][:4]), int(shown.periods[-1][:4])
    if last - first + 1 >= FEWEST_PERIODS:
        return [f"{year:04}" for year in range(first, last + 1)][-MOST_SHARE_YEARS:]
    return months_between(shown.periods[0], shown.periods[-1])[-MOST_SHARE_MONTHS:]


def share_of(counts: Mapping[str, int], totals: Mapping[str, int], periods: Sequence[str]) -> Share | None:
    """Pure. None where it has no entry in a period that has enough of them."""
    shares = {
        period: counts.get(period, 0) / totals[period]
        for period in periods
        if totals.get(period, 0) >= FEWEST_OF_PERIOD
    }
    if not any(shares.values()):
        return None
    bars = spark([round(shares.get(period, 0) * 10_000) for period in periods])
    greatest = max(shares, key=lambda period: (shares[period], period))
    return Share(bars, greatest, shares[greatest] * 100)
