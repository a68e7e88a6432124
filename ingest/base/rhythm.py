"""Statistics of a feed's latest entries: how often it publishes, how soon an entry drops out of its document. Pure."""

import math
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

HOUR, DAY, WEEK, YEAR = 3600, 24 * 3600, 7 * 24 * 3600, 365 * 24 * 3600  # seconds

LATEST = 300  # entries that are looked at
LATELY = 90 * DAY  # how far back a feed's haste is held against it
SHARE = 1 / 3  # of an entry's time in the window
LEAST_SHARE = 1 / 6
CHANCE = 1e-8
BEAT = 1.25
AWAITED = 2 * DAY  # the longest from an entry's day to a poll; what is seen later was imported
UNKNOWN = "how often it publishes is not known yet"


@dataclass(frozen=True)
class Rhythm:
    gap: float  # seconds from one entry, or batch, to the next; up to now, so that it grows with silence
    safe: (
        float  # the wait in seconds in which no entry falls out unseen, unless the feed is hastier than ever
    )
    pace: str  # "about 12 entries a day"


def rhythm(entries: Iterable[tuple[str, str]], window: int, added: str, now: datetime) -> Rhythm:
    """The rhythm of a feed whose last document held `window` entries, as it is just after a poll `now` (aware).

    `entries` are date and first_seen of its latest, in any order; times are as in ingest.base.models.
    """
    present = now.timestamp()
    came = _Arrivals(sorted(entries)[-LATEST:])
    if not came.all:
        gap = max(present - _seconds(added), 0) / 3
        return Rhythm(gap, math.inf, UNKNOWN)
    return Rhythm(_gap(sorted(set(came.all)), present), _safe(came, window, present), _pace(came, present))


class _Arrivals:
    """When entries came, in seconds since 1970, oldest first.

    A date says so where it has a time and lies before the first sight, or long before it. Else that counts, unless it
    was the feed's first document, which says nothing but a day, if that.
    """

    def __init__(self, entries: Sequence[tuple[str, str]]) -> None:
        first = min((seen for _, seen in entries), default="")
        self.dated: list[float] = []  # by dates alone
        self.seen: list[float] = []  # by polls alone
        self.all: list[float] = []
        self.last = -math.inf  # when any came, or was there
        for date, seen in entries:
            at, seen_at = _seconds(date), _seconds(seen)
            exact = date < seen and not date.endswith("T00:00:00Z")
            if exact:
                self.dated.append(at)
            if seen > first:
                self.seen.append(seen_at)
            if date < seen or seen > first:
                by_date = exact or seen == first or seen_at - at > AWAITED
                self.all.append(at if by_date else seen_at)
            self.last = max(self.last, min(at, seen_at))
        self.seen.sort()
        self.all.sort()


def _gap(moments: Sequence[float], present: float) -> float:
    """The shorter of the averages over the last few and the last twenty."""
    counts = {min(count, len(moments)) for count in (5, 20)}
    return max(min((present - moments[-count]) / count for count in counts), 0)


def _safe(came: _Arrivals, window: int, present: float) -> float:
    """A share of the shortest time that an entry stayed in the window lately, or would at the present pace.

    By dates and by what polls saw: dates may be too coarse or wrong, and what polls saw is as coarse as they were.
    """
    if not window:
        return math.inf
    since = present - LATELY
    lives = [
        window * _gap(came.all, present),
        *_lives(came.dated, window, since),
        *_lives(came.seen, window, since),
    ]
    safe = min(lives) * SHARE
    if len(came.all) < 3 * window and min(lives) < WEEK:
        safe = min(safe, HOUR)  # it is not known yet what haste it is capable of
    # What was replaced by half so soon may be replaced wholly the next time, or has been, unseen. It may as well have
    # been a batch, so this is held against a feed only as far as hourly polls.
    half = (window + 1) // 2
    hasty = min(_lives(came.dated, half, since), default=math.inf) * window / half
    return min(safe, max(hasty * SHARE, HOUR), _by_chance(came, window, since))


def _by_chance(came: _Arrivals, window: int, since: float) -> float:
    """The wait in which more entries than the window holds come only by a chance of one in a hundred million.

    As they come at the feed's busier times: a quarter of them left the window as soon as that, or sooner. Where hardly
    one left it sooner still, the feed keeps to a beat, and nothing comes by chance. A window of few entries is held
    against a feed only so far: no wait would be short enough.
    """
    lives = sorted(_lives(came.dated, window, since)) or sorted(_lives(came.seen, window, since))
    if not lives or lives[len(lives) // 4] < lives[0] * BEAT:
        return math.inf
    # Of what comes by chance, n on average, n^k / k! is the likelihood of k or more, where n is small (Poisson).
    most = window + 1
    few = math.exp((math.log(CHANCE) + math.lgamma(most + 1)) / most)
    return max(few * lives[len(lives) // 4] / window, lives[0] * LEAST_SHARE)


def _lives(moments: Sequence[float], window: int, since: float) -> Iterator[float]:
    """How long each entry stayed in the window. What came at one moment is a batch, which no poll can part."""
    for came, fell_out in zip(moments, moments[window:], strict=False):
        if fell_out > max(came, since):
            yield fell_out - came


def _pace(came: _Arrivals, present: float) -> str:
    month = 30 * DAY
    count = len(came.all) - bisect(came.all, present - month)
    if not count:
        # What nobody dated may have come just before it was first seen.
        silent = present - came.last
        return f"no entry for {in_words(silent)}" if silent > month else UNKNOWN
    a_day = count * DAY / max(min(present - came.all[0], month), DAY)
    if a_day >= 0.75:
        return f"about {_entries(a_day)} a day"
    if a_day * 7 >= 0.75:
        return f"about {_entries(a_day * 7)} a week"
    return f"about {_entries(a_day * 30)} a month"


def _entries(number: float) -> str:
    return counted(round(number), "entry", "entries")


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def in_words(seconds: float) -> str:
    """A time as people say it: "45 minutes", "1 hour", "3 days"."""
    for size, name in ((YEAR, "year"), (WEEK, "week"), (DAY, "day"), (HOUR, "hour"), (60, "minute")):
        if seconds >= 2 * size or round(seconds) == size:
            return counted(round(seconds / size), name)
    return counted(round(seconds), "second")


def counted(number: int, one: str, several: str | None = None) -> str:
    """ "1 time", "2 times"."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
