"""The horizontal axis of charts over time: months, or years where these are many. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

LAST_MONTH = "9999-12"
MOST_MONTHS = 120  # else years
MOST_YEARS = 60
GAP = 120  # months without entries; a few before it are taken for wrong dates
STRAY = 20  # few: one in so many entries …
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
STRAY_MINIMUM = 5  # … or a single one of at least so many


@dataclass(frozen=True)
class Label:
    x: float  # in percent of the width
    text: str


@dataclass(frozen=True)
class Middle:
    """The one line across a chart: its number, and how far from the top it is, in percent."""

    number: int
    y: float


@dataclass(frozen=True)
class Axis:
    """All periods from the first to the last. `earlier` and `later` are how many entries lie before and after them."""

    periods: tuple[str, ...]
    unit: str  # "month" or "year"
    earlier: int
    later: int

    def sums(self, by_month: Mapping[str, int]) -> dict[str, int]:
        """How many each of the periods has; those that have none are left out."""
        length, within = len(self.periods[0]), set(self.periods)
        sums: dict[str, int] = {}
        for month, n in by_month.items():
            if is_month(month) and month[:length] in within:
                sums[month[:length]] = sums.get(month[:length], 0) + n
        return sums

    def table(self, sums: Sequence[Mapping[str, int]]) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """A row for each period, the latest first, with a number for each of what is drawn."""
        return tuple((period, tuple(by.get(period, 0) for by in sums)) for period in reversed(self.periods))

    def labels(self, most: int = 12) -> tuple[Label, ...]:
        """Years below their first month, or all the periods, as many as there is room for."""
        step = 100 / len(self.periods)
        named = [(i, period[:4]) for i, period in enumerate(self.periods) if period[4:] in ("", "-01")]
        if len(self.periods) <= most or not named:
            named = list(enumerate(self.periods))
        every = max(1, -(-len(named) // most))
        return tuple(Label(round((i + 0.5) * step, 1), text) for i, text in named[::every])


def axis(
    counts: Sequence[Mapping[str, int]], last: str = LAST_MONTH, most_months: int = MOST_MONTHS
) -> Axis | None:
    """The axis for numbers by month ("2024-05"), of which `last` is the last that is shown. None where there are none.

    A few wrong dates, decades before all others, would leave no room for these: they are left out.
    """
    by_month: dict[str, int] = {}
    for counted in counts:
        for month, n in counted.items():
            if is_month(month):
                by_month[month] = by_month.get(month, 0) + n
    months = sorted(month for month in by_month if month <= last)
    if not months:
        return None
    first, end = _first(months, by_month), months[-1]
    periods, unit = tuple(months_between(first, end)), "month"
    if len(periods) > most_months:
        years = range(max(int(first[:4]), int(end[:4]) - MOST_YEARS + 1), int(end[:4]) + 1)
        periods, unit = tuple(f"{year:04}" for year in years), "year"
    earlier = sum(n for month, n in by_month.items() if month < periods[0])
    return Axis(periods, unit, earlier, sum(n for month, n in by_month.items() if month > last))


def _first(months: Sequence[str], by_month: Mapping[str, int]) -> str:
    """The first month that is no stray: after the last long gap before which there are but a few."""
    total = sum(by_month[month] for month in months)
    before, most = 0, max(total // STRAY, int(total >= STRAY_MINIMUM))
    first = months[0]
    for month, following in pairwise(months):
        before += by_month[month]
        if before > most:
            break
        if _number(following) - _number(month) > max(GAP, _number(months[-1]) - _number(following)):
            first = following
    return first


def middle_of(top: int) -> Middle | None:
    """The round number nearest to half of the highest; None where that is none of its own."""
    if top < 2:
        return None
    size = 10 ** (len(str(top // 2)) - 1)
    number = max(1, round(top / 2 / size)) * size
    return Middle(number, round(100 - 100 * number / top, 1))


def following(period: str) -> str:
    """The year or month after this one."""
    return f"{int(period) + 1:04}" if len(period) == 4 else _month_of(_number(period) + 1)


def _month_of(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def period_in_words(period: str) -> str:
    """ "May 2024" of a month; a year is itself."""
    if len(period) == 4:
        return period
    return f"{_MONTHS[int(period[5:7]) - 1]} {period[:4]}"


def months_between(first: str, last: str) -> list[str]:
    """All months from one to another: "2024-11", "2024-12", "2025-01"."""
    return [_month_of(n) for n in range(_number(first), _number(last) + 1)]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def is_month(text: str) -> bool:
    """Whether it is a month such as 2024-05: an untrusted date may begin with anything."""
    return (
        len(text) == 7
        and text.isascii()
        and text[4] == "-"
        and text[:4].isdecimal()
        and text[5:].isdecimal()
        and 1 <= int(text[5:]) <= 12
    )
