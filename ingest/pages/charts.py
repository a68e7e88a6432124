"""Charts as the outlines of their bars, for SVG: plain numbers, drawn by the templates. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.pages.periods import LAST_MONTH, Axis, Label, axis

WIDTH, HEIGHT = 720, 100  # of the bars of a plot, in its own units
HEAD, FOOT = 20, 24  # of the lines for text above and below them
OTHERS = 7  # the colour of what is not told apart


@dataclass(frozen=True)
class Series:
    """One colour of a plot. `path` outlines its bars, `colour` is a number from 0 to 7."""

    name: str
    colour: int
    path: str
    total: int
    feed: int | None = None


@dataclass(frozen=True)
class Plot:
    """Stacked bars. `table` says the same: a row is a period that has any and a number for each series."""

    width: int
    height: int
    head: int  # where the highest bar ends
    base: int  # where all begin
    axis: Axis
    top: int  # the highest bar
    series: tuple[Series, ...]
    labels: tuple[Label, ...]
    table: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def unit(self) -> str:
        return self.axis.unit


def plot(counts: Sequence[tuple[str, int | None, Mapping[str, int]]], last: str = LAST_MONTH) -> Plot | None:
    """Stacked bars of (name, feed, how many in each month), by month or, where these are many, by year.

    The first is the lowest; `last` is the last month that is shown. None where there is nothing to show.
    """
    shown = axis([by for _, _, by in counts], last)
    if shown is None:
        return None
    sums = [shown.sums(by) for _, _, by in counts]
    top = max(1, *(sum(by.get(period, 0) for by in sums) for period in shown.periods))
    series, bases = [], dict.fromkeys(shown.periods, 0)
    for i, ((name, feed, _), summed) in enumerate(zip(counts, sums, strict=True)):
        path = _bars(shown.periods, summed, bases, top)
        colour = OTHERS if feed is None and len(counts) > 1 else i % OTHERS
        series.append(Series(name, colour, path, sum(summed.values()), feed))
    return Plot(
        WIDTH,
        HEAD + HEIGHT + FOOT,
        HEAD,
        HEAD + HEIGHT,
        shown,
        top,
        tuple(series),
        shown.labels(WIDTH),
        tuple(row for row in shown.table(sums) if any(row[1])),
    )


def _bars(periods: Sequence[str], summed: Mapping[str, int], bases: dict[str, int], top: int) -> str:
    """The bars of one series on those below it, which `bases` holds and is raised by."""
    step = WIDTH / len(periods)
    width = min(step * 0.8, 40)
    outlines = []
    for i, period in enumerate(periods):
        if n := summed.get(period, 0):
            base = HEAD + HEIGHT - bases[period] * HEIGHT / top
            height = n * HEIGHT / top
            outlines.append(
                f"M{i * step + (step - width) / 2:.1f} {base:.1f}h{width:.1f}v-{height:.1f}h-{width:.1f}z"
            )
            bases[period] += n
    return "".join(outlines)


def spark(values: Sequence[int], width: int = 96, height: int = 24) -> str:
    """A row of small bars as an SVG path; what is not nothing can be seen."""
    if not any(values):
        return ""
    step, top = width / len(values), max(values)
    bars = []
    for i, value in enumerate(values):
        if value:
            tall = max(1.5, value * height / top)
            bars.append(f"M{i * step:.1f} {height}h{step * 0.8:.1f}v-{tall:.1f}h-{step * 0.8:.1f}z")
    return "".join(bars)
