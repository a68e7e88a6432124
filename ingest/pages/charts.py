"""PeriodBar charts as paths for SVG, which the templates draw. Pure.

The SVG is stretched to the width of the page. A bar is a stroke at integer coordinates, which keeps the path short:
there may be a thousand of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.pages.time_axis import (
    LAST_MONTH,
    MOST_MONTHS,
    Axis,
    Label,
    Middle,
    axis,
    following,
    middle_of,
    period_in_words,
)

STEP = 2  # from one bar to the next
HEIGHT = 500  # of a plot, as of its highest bar
WIDEST = 0.06  # of a bar, as a part of the whole
SPARK_HEIGHT = 30
FEWEST_POINTS = 6  # of a sparkline


@dataclass(frozen=True)
class Series:
    """One colour of a plot. `path` draws its bars, `colour` is one of feed_colours."""

    name: str
    colour: int
    path: str
    total: int
    feed: int | None = None


@dataclass(frozen=True)
class PeriodBar:
    """What there is of a period, which ends where `following` begins. `x` is its middle, in percent of the width."""

    period: str
    following: str
    x: float
    total: int

    @property
    def label(self) -> str:
        return f"{period_in_words(self.period)}: {self.total:,}"


@dataclass(frozen=True)
class Plot:
    """Stacked bars. `table` says the same: a row is a period that has any and a number for each series."""

    width: int
    height: int
    stroke: float  # how wide a bar is
    axis: Axis
    top: int  # the highest bar
    series: tuple[Series, ...]
    labels: tuple[Label, ...]
    table: tuple[tuple[str, tuple[int, ...]], ...]
    undated: int = 0  # entries that are in no bar, for their feed does not date them

    @property
    def unit(self) -> str:
        return self.axis.unit

    @property
    def middle(self) -> Middle | None:
        return middle_of(self.top)

    @property
    def bar_width(self) -> float:
        """Of what of the chart leads to a period, in percent."""
        return round(100 / len(self.axis.periods), 2)

    @property
    def bars(self) -> tuple[PeriodBar, ...]:
        """From the first to the last, those that are not empty."""
        step, places = 100 / len(self.axis.periods), {p: i for i, p in enumerate(self.axis.periods)}
        return tuple(
            PeriodBar(period, following(period), round((places[period] + 0.5) * step, 2), sum(numbers))
            for period, numbers in reversed(self.table)
        )


def plot(
    counts: Sequence[tuple[str, int | None, Mapping[str, int]]],
    last: str = LAST_MONTH,
    undated: int = 0,
    colours: Mapping[int, int] | None = None,
    most_months: int = MOST_MONTHS,
) -> Plot | None:
    """Stacked bars of (name, feed, how many in each month), by month or, where these are many, by year.

    The first is the lowest; `last` is the last month that is shown. None where there is nothing to show. `colours` are
    those of feeds; what has none there has the first.
    """
    shown = axis([by for _, _, by in counts], last, most_months)
    if shown is None:
        return None
    sums = [shown.sums(by) for _, _, by in counts]
    top = max(1, *(sum(by.get(period, 0) for by in sums) for period in shown.periods))
    series, bases = [], dict.fromkeys(shown.periods, 0)
    for (name, feed, _), summed in zip(counts, sums, strict=True):
        path = _bars(shown.periods, summed, bases, top)
        colour = (colours or {}).get(feed or 0, 0)
        series.append(Series(name, colour, path, sum(summed.values()), feed))
    width = STEP * len(shown.periods)
    return Plot(
        width,
        HEIGHT,
        round(min(0.8 * STEP, WIDEST * width), 2),
        shown,
        top,
        tuple(series),
        shown.labels(),
        tuple(row for row in shown.table(sums) if any(row[1])),
        undated,
    )


def _bars(periods: Sequence[str], summed: Mapping[str, int], bases: dict[str, int], top: int) -> str:
    """The bars of one series on those below it, which `bases` holds and is raised by."""
    bars = []
    for i, period in enumerate(periods):
        if n := summed.get(period, 0):
            low, high = (round((bases[period] + more) * HEIGHT / top) for more in (0, n))
            bars.append(f"M{i * STEP + STEP // 2} {HEIGHT - low}v-{max(high - low, 1)}")
            bases[period] += n
    return "".join(bars)


@dataclass(frozen=True)
class Spark:
    """A sparkline of bars; each above zero is high enough to be seen."""

    width: int
    height: int
    path: str


def spark(values: Sequence[int]) -> Spark | None:
    """The bars of these numbers; None where fewer than FEWEST_POINTS are not zero."""
    if sum(value > 0 for value in values) < FEWEST_POINTS:
        return None
    top = max(values)
    bars = (
        f"M{i * STEP + STEP // 2} {SPARK_HEIGHT}v-{max(2, round(value * SPARK_HEIGHT / top))}"
        for i, value in enumerate(values)
        if value
    )
    return Spark(STEP * len(values), SPARK_HEIGHT, "".join(bars))
