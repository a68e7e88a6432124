"""A line chart of several counts over time, for SVG. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.pages.time_axis import LAST_MONTH, Axis, Label, Middle, axis, middle_of

TIMELINE_WIDTH, TIMELINE_HEIGHT = 720, 160  # of the plot, in its own units
MOST_LABELS = 10


@dataclass(frozen=True)
class TimelineLine:
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
    axis: Axis
    top: int  # the highest point
    lines: tuple[TimelineLine, ...]
    labels: tuple[Label, ...]
    table: tuple[tuple[str, tuple[int, ...]], ...]
    undated: int = 0  # entries that are on no line, for their feed does not date them

    @property
    def unit(self) -> str:
        return self.axis.unit

    @property
    def middle(self) -> Middle | None:
        return middle_of(self.top)


def timeline(
    counted: Sequence[tuple[str, Mapping[str, int]]], last: str = LAST_MONTH, undated: int = 0
) -> Timeline | None:
    """Lines of (name, how many in each month up to the last); None where there are fewer than two periods to draw."""
    shown = axis([counts for _, counts in counted], last)
    if shown is None or len(shown.periods) < 2:
        return None
    sums = [shown.sums(counts) for _, counts in counted]
    top = max(1, *(counts.get(period, 0) for counts in sums for period in shown.periods))
    lines = [
        TimelineLine(name, i, _points(shown.periods, sums[i], top), sum(sums[i].values()))
        for i, (name, _) in enumerate(counted)
    ]
    return Timeline(
        TIMELINE_WIDTH,
        TIMELINE_HEIGHT,
        shown,
        top,
        tuple(lines),
        shown.labels(MOST_LABELS),
        shown.table(sums),
        undated,
    )


def _points(periods: Sequence[str], counts: Mapping[str, int], top: int) -> str:
    step = TIMELINE_WIDTH / len(periods)
    heights = (TIMELINE_HEIGHT - counts.get(period, 0) * TIMELINE_HEIGHT / top for period in periods)
    return " ".join(f"{(i + 0.5) * step:.1f},{y:.1f}" for i, y in enumerate(heights))
