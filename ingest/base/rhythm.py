"""Statistics of a feed's latest entries: how often it publishes, and how soon an entry drops out of its document. Pure.

The window is the number of entries in the feed's document.
"""

import math
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.base.clock import DAY, HOUR, WEEK, counted, duration_in_words

LATEST = 300  # entries that are looked at
LATELY = 90 * DAY  # how far back short stays in the window count
SHARE = 1 / 3  # of the shortest stay of an entry in the window: the longest wait
LEAST_SHARE = 1 / 6  # as far as that is shortened for the sake of _by_chance
CHANCE = 1e-8  # that more entries than the window holds come in one wait
BEAT = 1.25  # lower quartile by shortest stay, below which a feed publishes at regular intervals
AWAITED = 2 * DAY  # the longest from an entry's day to the poll that sees it; what is seen later was imported
UNKNOWN = "how often it publishes is not known yet"


@dataclass(frozen=True)
class Rhythm:
    gap: float  # average seconds from one entry, or batch, to the next; grows while nothing is published
    safe: float  # seconds to wait so that no entry drops out unseen, if the feed publishes no faster than lately
    pace: str  # for the user: "about 12 entries a day"


def rhythm(entries: Iterable[tuple[str, str]], window: int, added: str, now: datetime) -> Rhythm:
    """The rhythm of a feed that was polled just `now` (aware), and whose document held `window` entries.

    `entries` are date and first_seen of its latest, in any order; `added` is when it was followed. Times are as in
    ingest.base.models.
    """
    present = now.timestamp()
    came = _Arrivals(sorted(entries)[-LATEST:])
    if not came.all:
        gap = max(present - _seconds(added), 0) / 3
        return Rhythm(gap, math.inf, UNKNOWN)
    return Rhythm(_gap(sorted(set(came.all)), present), _safe(came, window, present), _pace(came, present))


class _Arrivals:
    """When entries were published, in seconds since 1970, oldest first.

    That is an entry's date where it has a time of day and is earlier than the poll that first saw the entry, or is much
    earlier than that poll, or where that was the feed's first. Otherwise it is the time of that poll. Entries of the
    first poll with a later date are left out.
    """

    def __init__(self, entries: Sequence[tuple[str, str]]) -> None:
        first = min((seen for _, seen in entries), default="")
        self.dated: list[float] = []  # by dates alone
        self.seen: list[float] = []  # by polls alone
        self.all: list[float] = []
        self.last = -math.inf  # the latest sign of any entry
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

    Measured both by dates, which may be imprecise or wrong, and by when polls saw entries, which is as imprecise as the
    polls were rare.
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
        safe = min(safe, HOUR)  # too few entries to know how fast it can publish
    # Where half of the window was replaced in a short time, all of it may be the next time, or has been, unseen. It may
    # as well have been a batch, so this shortens the wait to an hour at least.
    half = (window + 1) // 2
    hasty = min(_lives(came.dated, half, since), default=math.inf) * window / half
    return min(safe, max(hasty * SHARE, HOUR), _by_chance(came, window, since))


def _by_chance(came: _Arrivals, window: int, since: float) -> float:
    """The wait in which more entries than the window holds come with a probability of CHANCE, as a Poisson process.

    Its rate is that of the feed's busier times: the lower quartile of how long entries stayed in the window. Where that
    is close to the shortest stay, the feed publishes at regular intervals, and this sets no limit. With a window of few
    entries no wait would be short enough, so it is LEAST_SHARE of the shortest stay at least.
    """
    lives = sorted(_lives(came.dated, window, since)) or sorted(_lives(came.seen, window, since))
    if not lives or lives[len(lives) // 4] < lives[0] * BEAT:
        return math.inf
    # Where n come on average, and n is small, n^k / k! is the probability of k or more (Poisson).
    most = window + 1
    few = math.exp((math.log(CHANCE) + math.lgamma(most + 1)) / most)
    return max(few * lives[len(lives) // 4] / window, lives[0] * LEAST_SHARE)


def _lives(moments: Sequence[float], window: int, since: float) -> Iterator[float]:
    """Seconds that each entry was in the window, of those that left it after `since`, but of batches larger than it."""
    for came, fell_out in zip(moments, moments[window:], strict=False):
        if fell_out > max(came, since):
            yield fell_out - came


def _pace(came: _Arrivals, present: float) -> str:
    month = 30 * DAY
    count = len(came.all) - bisect(came.all, present - month)
    if not count:
        # An entry without a date may have been published just before it was first seen.
        silent = present - came.last
        return f"no entry for {duration_in_words(silent)}" if silent > month else UNKNOWN
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
