"""A simulated year of polling: which entries leave their feed before it is polled, and how many requests are sent?

    python -m tests.bench.polling_year [DAYS] [SEED]

Each feed publishes by a rhythm of its own, drawn from a seed; its document holds the latest entries, as many as
its window. What follows is the scheduling function alone: no network, no clock.
"""

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from ingest.base.clock import timestamp
from ingest.poll.schedule import Known, next_poll

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = 3600, 86400  # seconds
BEFORE = 100 * DAY  # that a feed has published for when it is added
HOURLY = 24  # requests a day


@dataclass(frozen=True)
class Simulated:
    """A feed: when it publishes, in seconds since it was added, and how many entries its document holds."""

    name: str
    window: int
    posts: Sequence[int]
    dates: str = "exact"  # or "day", or "none"


@dataclass(frozen=True)
class Result:
    name: str
    published: int
    missed: int
    polls: int


def simulate(feed: Simulated, days: int) -> Result:
    """Poll the feed for so many days, each time when `next_poll` says."""
    moments = [timestamp(START + timedelta(seconds=post)) for post in feed.posts]
    added, end = timestamp(START), days * DAY
    seen: dict[int, str] = {}
    now, polls, until = 0, 0, 0
    while now < end:
        polls += 1
        at = timestamp(START + timedelta(seconds=now))
        until = bisect_right(feed.posts, now)
        for post in range(max(until - feed.window, 0), until):
            seen.setdefault(post, at)
        latest = [post for post in range(max(until - 400, 0), until) if post in seen][-300:]
        entries = [(_date(feed.dates, moments[post], seen[post]), seen[post]) for post in latest]
        known = Known(feed.name, added, min(feed.window, until), entries)
        due = datetime.fromisoformat(next_poll(known, START + timedelta(seconds=now)).at)
        now = int((due - START).total_seconds())
    published = range(bisect_right(feed.posts, 0), until)
    return Result(feed.name, len(published), sum(post not in seen for post in published), polls)


def _date(dates: str, moment: str, seen: str) -> str:
    """The date of an entry in the archive."""
    return {"exact": moment, "day": f"{moment[:10]}T00:00:00Z", "none": seen}[dates]


def steady(random: Random, a_day: float, end: int) -> list[int]:
    """At any moment with the same likelihood."""
    return _drawn(random, a_day, end, lambda _: 1)


def by_day(random: Random, a_day: float, end: int) -> list[int]:
    """From eight to eight, seldom at night, and less at weekends."""

    def likelihood(moment: float) -> float:
        awake = 8 <= moment % DAY / HOUR < 20
        return (2.0 if awake else 0.05) * (1.2 if moment // DAY % 7 < 5 else 0.4)

    return _drawn(random, a_day, end, likelihood)


def _drawn(random: Random, a_day: float, end: int, likelihood: Callable[[float], float]) -> list[int]:
    moment, posts, most = -float(BEFORE), [], 2.4
    while (moment := moment + random.expovariate(a_day * most / DAY)) < end:
        if random.random() < likelihood(moment) / most:
            posts.append(int(moment))
    return posts


def bursts(random: Random, every_days: float, size: int, hours: float, end: int) -> list[int]:
    """Nothing for days, then many within hours, of which the window holds all."""
    moment, posts = -float(BEFORE), []
    while (moment := moment + every_days * DAY * (0.5 + random.random())) < end:
        posts += [int(moment + random.random() * hours * HOUR) for _ in range(size)]
    return sorted(post for post in posts if post < end)


def batches(every_hours: int, size: int, end: int) -> list[int]:
    """So many at one moment, on the dot."""
    return [moment for moment in range(-BEFORE, end, every_hours * HOUR) for _ in range(size)]


def feeds(days: int, seed: str = "feeds") -> Iterator[Simulated]:
    """Two hundred feeds, most of them slow, as they are."""
    end = days * DAY
    random = Random(seed)
    for number in range(200):
        match number % 20:
            case 0:
                yield Simulated(f"40 a day, window of 10 ({number})", 10, steady(random, 40, end))
            case 1:
                yield Simulated(f"12 by day, window of 10 ({number})", 10, by_day(random, 12, end))
            case 2:
                yield Simulated(f"30 by day, window of 50 ({number})", 50, by_day(random, 30, end))
            case 3:
                yield Simulated(f"bursts of 8, window of 10 ({number})", 10, bursts(random, 9, 8, 1, end))
            case 4:
                yield Simulated(f"bursts of 25, window of 30 ({number})", 30, bursts(random, 30, 25, 5, end))
            case 5:
                yield Simulated(f"20 every morning, window of 20 ({number})", 20, batches(24, 20, end))
            case 6:
                yield Simulated(f"15 a week at once, window of 15 ({number})", 15, batches(168, 15, end))
            case 7:
                yield Simulated(f"silent, window of 10 ({number})", 10, range(-BEFORE, -BEFORE + 10))
            case 8:
                yield Simulated(
                    f"2 a day, dated by the day, window of 10 ({number})", 10, steady(random, 2, end), "day"
                )
            case 9:
                yield Simulated(
                    f"3 by day, without dates, window of 15 ({number})", 15, by_day(random, 3, end), "none"
                )
            case slow:
                a_day = 1.5 ** (10 - slow)  # from one a day to one in 40 days
                yield Simulated(f"{a_day:.2f} a day, window of 20 ({number})", 20, steady(random, a_day, end))


def main() -> None:
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 365
    with ProcessPoolExecutor() as processes:
        results = list(processes.map(simulate, feeds(days, *sys.argv[2:3]), [days] * 200))
    for result in results[:20] + [result for result in results[20:] if result.missed]:
        print(
            f"{result.polls / days:6.1f} requests a day  {result.missed} of {result.published:,} missed  {result.name}"
        )
    polls, hourly = sum(result.polls for result in results), len(results) * days * HOURLY
    print(f"{len(results)} feeds, {days} days, {sum(result.published for result in results):,} entries")
    print(f"missed: {sum(result.missed for result in results)}")
    print(f"requests: {polls:,}, {polls / hourly:.0%} of the {hourly:,} of an hourly poll")


if __name__ == "__main__":
    main()
