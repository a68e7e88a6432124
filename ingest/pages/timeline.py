"""How often things occurred over time, each against the others, as lines for SVG. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.pages.charts import LAST_MONTH, Label, months_between

WIDTH, HEIGHT = 720, 160  # of the plot, in its own units
HEAD, FOOT = 24, 26  # of the lines for text above and below it
MOST_MONTHS = 120  # else years
MOST_YEARS = 60
MOST_LABELS = 10
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")  # a stranger's date may begin with anything


@dataclass(frozen=True)
class Line:
    """One of the lines. `points` are those of an SVG polyline, `colour` a number from 0."""

    name: str
    colour: int
    points: str
    total: int


@dataclass(frozen=True)
class Timeline:
    """Lines over the same periods. `table` says the same: a row is a period and a number for each line."""

    width: int
    height: int
    head: int  # where the highest point is
    base: int  # where zero is
    unit: str  # "month" or "year"
    top: int  # the highest point
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    table: tuple[tuple[str, tuple[int, ...]], ...]


def timeline(counted: Sequence[tuple[str, Mapping[str, int]]], last: str = LAST_MONTH) -> Timeline | None:
    """Lines of (name, how many in each month up to the last); None where there are fewer than two months to draw."""
    by_month = [
        {month: n for month, n in counts.items() if _MONTH.fullmatch(month) and month <= last}
        for _, counts in counted
    ]
    months = sorted({month for counts in by_month for month in counts})
    if len(months) < 2:
        return None
    periods, length = _periods(months[0], months[-1])
    sums = [_summed(counts, length) for counts in by_month]
    top = max(1, *(counts.get(period, 0) for counts in sums for period in periods))
    lines = [
        Line(name, i, _points(periods, sums[i], top), sum(by_month[i].values()))
        for i, (name, _) in enumerate(counted)
    ]
    table = tuple((period, tuple(counts.get(period, 0) for counts in sums)) for period in reversed(periods))
    return Timeline(
        WIDTH,
        HEAD + HEIGHT + FOOT,
        HEAD,
        HEAD + HEIGHT,
        "month" if length == 7 else "year",
        top,
        tuple(lines),
        _labels(periods),
        table,
    )


def _periods(first: str, last: str) -> tuple[list[str], int]:
    """All periods of the horizontal axis, and how many characters of a date each is."""
    years = int(last[:4]) - int(first[:4])
    if years * 12 + int(last[5:]) - int(first[5:]) < MOST_MONTHS:
        return months_between(first, last), 7
    from_year = max(int(first[:4]), int(last[:4]) - MOST_YEARS + 1)
    return [f"{year:04}" for year in range(from_year, int(last[:4]) + 1)], 4


def _summed(counts: Mapping[str, int], length: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for month, n in counts.items():
        sums[month[:length]] = sums.get(month[:length], 0) + n
    return sums


def _x(i: int, periods: Sequence[str]) -> float:
    return (i + 0.5) * WIDTH / len(periods)


def _points(periods: Sequence[str], counts: Mapping[str, int], top: int) -> str:
    heights = (HEAD + HEIGHT - counts.get(period, 0) * HEIGHT / top for period in periods)
    return " ".join(f"{_x(i, periods):.1f},{y:.1f}" for i, y in enumerate(heights))


def _labels(periods: Sequence[str]) -> tuple[Label, ...]:
    """Years at their beginning, or all the periods, as many as there is room for."""
    named = [(i, period[:4]) for i, period in enumerate(periods) if period[4:] in ("", "-01")]
    if len(periods) <= MOST_LABELS:
        named = list(enumerate(periods))
    every = max(1, -(-len(named) // MOST_LABELS))
    return tuple(Label(round(_x(i, periods), 1), text) for i, text in named[::every])
