"""Charts as the outlines of their bars, for SVG: plain numbers, drawn by the templates. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 100  # of the bars of a plot, in its own units
HEAD, FOOT = 20, 24  # of the lines for text above and below them
MOST_MONTHS = 120
MOST_YEARS = 60
LAST_MONTH = "9999-12"
OTHERS = 7  # the colour of what is not told apart


@dataclass(frozen=True)
class Label:
    x: float
    text: str


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
    """Stacked bars. `table` says the same: a row is a period that has any and a number for each series.

    `later` is how many are dated in the future, and not shown.
    """

    width: int
    height: int
    head: int  # where the highest bar ends
    base: int  # where all begin
    unit: str  # "month" or "year"
    top: int  # the highest bar
    series: tuple[Series, ...]
    labels: tuple[Label, ...]
    table: tuple[tuple[str, tuple[int, ...]], ...]
    later: int


def months_between(first: str, last: str) -> list[str]:
    """All months from one to another: "2024-11", "2024-12", "2025-01"."""
    start, end = _number(first), _number(last)
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(start, end + 1)]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def is_month(text: str) -> bool:
    """Whether it is a month such as 2024-05: a stranger's date may begin with anything."""
    return len(text) == 7 and text[:4].isdecimal() and text[5:].isdecimal() and 1 <= int(text[5:]) <= 12


def plot(counts: Sequence[tuple[str, int | None, Mapping[str, int]]], last: str = LAST_MONTH) -> Plot | None:
    """Stacked bars of (name, feed, how many in each month), by month or, where these are many, by year.

    The first is the lowest; `last` is the last month that is shown. None where there is nothing to show.
    """
    counts = [
        (name, feed, {month: n for month, n in by.items() if is_month(month)}) for name, feed, by in counts
    ]
    later = sum(n for _, _, by in counts for month, n in by.items() if month > last)
    counts = [(name, feed, {m: n for m, n in by.items() if m <= last}) for name, feed, by in counts]
    months = sorted({month for _, _, by in counts for month in by})
    if not months:
        return None
    periods, length = _periods(months)
    sums = [_by_period(by, length) for _, _, by in counts]
    top = max(1, *(sum(by.get(period, 0) for by in sums) for period in periods))
    series, bases = [], dict.fromkeys(periods, 0)
    for i, ((name, feed, by), summed) in enumerate(zip(counts, sums, strict=True)):
        path = _bars(periods, summed, bases, top)
        colour = OTHERS if feed is None and len(counts) > 1 else i % OTHERS
        series.append(Series(name, colour, path, sum(by.values()), feed))
    return Plot(
        WIDTH,
        HEAD + HEIGHT + FOOT,
        HEAD,
        HEAD + HEIGHT,
        "month" if length == 7 else "year",
        top,
        tuple(series),
        _labels(periods),
        _table(periods, sums),
        later,
    )


def _periods(months: Sequence[str]) -> tuple[list[str], int]:
    """The periods of the horizontal axis, and how many characters of a date they are."""
    first, last = months[0], months[-1]
    if _number(last) - _number(first) < MOST_MONTHS:
        return months_between(first, last), 7
    from_year = max(int(first[:4]), int(last[:4]) - MOST_YEARS + 1)
    return [f"{year:04}" for year in range(from_year, int(last[:4]) + 1)], 4


def _by_period(by: Mapping[str, int], length: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for month, n in by.items():
        sums[month[:length]] = sums.get(month[:length], 0) + n
    return sums


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


def _labels(periods: Sequence[str]) -> tuple[Label, ...]:
    """Years below their first month, as many as there is room for."""
    step = WIDTH / len(periods)
    years = [
        (i, period[:4]) for i, period in enumerate(periods) if len(period) == 4 or period.endswith("-01")
    ]
    if len(periods) <= 12 and len(periods[0]) == 7:
        years = list(enumerate(periods))
    if not years:
        years = [(0, periods[0])]
    every = max(1, -(-len(years) // 12))
    return tuple(Label(round(i * step + step / 2, 1), text) for i, text in years[::every])


def _table(
    periods: Sequence[str], sums: Sequence[Mapping[str, int]]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    rows = ((period, tuple(by.get(period, 0) for by in sums)) for period in reversed(periods))
    return tuple((period, numbers) for period, numbers in rows if any(numbers))


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
