"""When a feed is polled next, and a sentence on why. Pure and deterministic.

No entry must be missed: one that drops out of the feed's document between two polls is lost. So the wait is at most a
third of the shortest time that an entry stayed there lately (see `rhythm`). Within that limit a feed is polled about
twice for each new entry, but at most hourly.

What the publisher asks for (RSS ttl, sy:updatePeriod, Cache-Control, Expires) is the shortest wait, as long as no entry
would be missed and the wait is within the bounds. Only skipHours and skipDays, Retry-After (up to a week) and the
backoff after failures may exceed the bounds, and that limit; they never make the wait shorter.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zlib import crc32

from ingest.base.clock import DAY, HOUR, WEEK, counted, duration_in_words, timestamp
from ingest.base.models import WEEKDAYS, Hints
from ingest.base.rhythm import rhythm

FAILURES_BEFORE_WEEKLY = 30  # about three weeks of daily failures
JITTER = 0.1  # of the wait, so that feeds that were added together are not polled together for ever

_NO_HINTS = Hints()
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_FRESH = re.compile(r"(?:^|,)\s*no-(?:cache|store)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Bounds:
    """The shortest and the longest wait, in seconds. Raises ValueError where the former is not positive, or longer."""

    minimum: int = 15 * 60
    maximum: int = DAY

    def __post_init__(self) -> None:
        if not 0 < self.minimum <= self.maximum:
            raise ValueError(
                "The shortest wait between polls must be more than 0, and not above the longest."
            )


@dataclass(frozen=True)
class Known:
    """What is known of a feed after a poll. Times are as in ingest.base.models."""

    url: str
    added: str
    window: int = 0  # entries in its last document
    entries: Sequence[tuple[str, str]] = ()  # date and first_seen of the latest, in any order
    hints: Hints = _NO_HINTS
    fresh_for: int | None = None  # seconds, by the last answer's headers: see `fresh_for`
    failures: int = 0  # in a row
    retry_after: int | None = None  # seconds, by the last answer
    subscribed: bool = False  # to a WebSub hub, with a lease that has not run out


@dataclass(frozen=True)
class Decision:
    at: str  # as in ingest.base.models
    why: str  # "every 45 minutes: about 12 entries a day, holds 10 entries"


def next_poll(known: Known, now: datetime, bounds: Bounds | None = None) -> Decision:
    """When a feed that was polled just `now` (aware) is due again."""
    bounds = bounds or Bounds()
    wait, why = _regular_wait(known, now, bounds)
    later = 1 + JITTER * _hashed(known.url)
    if known.failures and (backoff := _backoff(known.failures, bounds)):
        why = f"in {duration_in_words(max(wait, backoff))}: failed {_often(known.failures)}"
        wait = max(wait, backoff * later)
    if known.retry_after and (asked := min(known.retry_after, WEEK)) * later > wait:
        wait, why = asked * later, f"in {duration_in_words(asked)}: the server asked for that"
    due = now.astimezone(UTC) + timedelta(seconds=math.ceil(wait))
    at = _after_skipped(due, known.hints)
    if at != due:
        why += f"; put off to {at:%H:%M} UTC on {WEEKDAYS[at.weekday()]}, before which nothing is published"
    return Decision(timestamp(at), why)


def _regular_wait(known: Known, now: datetime, bounds: Bounds) -> tuple[float, str]:
    """The wait in seconds without failures and Retry-After, and why."""
    beat = rhythm(known.entries, known.window, known.added, now)
    usual, safe = max(beat.gap / 2, HOUR), beat.safe
    if known.subscribed:  # what the hub fails to announce must still be found
        usual, safe = bounds.maximum, safe * 2
    asked = max(known.hints.ttl or 0, known.hints.period or 0, known.fresh_for or 0)
    wait = max(min(max(usual, asked), safe, bounds.maximum), bounds.minimum)

    held = counted(known.window, "entry", "entries")
    why = f"every {duration_in_words(wait).removeprefix('1 ')}: {beat.pace}, holds {held}"
    if known.subscribed:
        why += ", and its hub announces what is new"
    elif asked > usual:
        why += f"; its publisher asks for {duration_in_words(asked)}"
        why += ", in which some would be lost" if wait < min(asked, bounds.maximum) else ""
    return _with_jitter(wait, min(asked, wait), known.url, bounds), why


def _with_jitter(wait: float, least: float, url: str, bounds: Bounds) -> float:
    """The wait with deterministic jitter from the URL: up to a tenth longer, or shorter than the longest allowed."""
    jitter = JITTER * _hashed(url)
    return max(min(wait * (1 + jitter), bounds.maximum * (1 - jitter)), least, bounds.minimum)


def _hashed(url: str) -> float:
    """A hash of the URL from 0 to 1, uniformly distributed."""
    return crc32(url.encode("utf-8", "replace")) / 2**32


def _backoff(failures: int, bounds: Bounds) -> int:
    """Exponential backoff in seconds: up to a day, and a week after FAILURES_BEFORE_WEEKLY."""
    if failures >= FAILURES_BEFORE_WEEKLY:
        return WEEK
    return min(bounds.minimum * (1 << min(failures - 1, 20)), DAY)


def _after_skipped(at: datetime, hints: Hints) -> datetime:
    """The first time from `at` on that is in no skipped hour or day; `at` where all are skipped."""
    moment = at
    for _ in range(8 * 24):
        if moment.hour not in hints.skip_hours and WEEKDAYS[moment.weekday()] not in hints.skip_days:
            return moment
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at


def fresh_for(cache_control: str | None, expires: str | None, date: str | None) -> int | None:
    """The freshness lifetime of a response in seconds, by its headers as they were sent (RFC 9111, 4.2.1).

    None where they do not say, or forbid caching.
    """
    if _NOT_FRESH.search(cache_control or ""):
        return None
    if found := _MAX_AGE.search(cache_control or ""):
        return int(found[1])
    try:
        until, since = (parsedate_to_datetime(header or "") for header in (expires, date))
        return max(round(until.timestamp() - since.timestamp()), 0)
    except (ValueError, TypeError, OverflowError):
        return None


def _often(failures: int) -> str:
    return "once" if failures == 1 else f"{failures:,} times in a row"
