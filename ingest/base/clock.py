"""The present time, timestamps in the archive's format (UTC, ISO 8601 with seconds and Z), and durations in words."""

from datetime import UTC, datetime, timedelta

HOUR, DAY, WEEK, YEAR = 3600, 24 * 3600, 7 * 24 * 3600, 365 * 24 * 3600  # seconds


def now() -> str:
    """The present time as a timestamp."""
    return timestamp(datetime.now(UTC))


def horizon(present: str) -> str:
    """The first day ("2025-01-30") whose entries count as dated in the future: `present`, a timestamp, and two days.

    The margin is for wrong clocks and time zones.
    """
    return _horizon(present)[:10]


def is_ahead(date: str, present: str) -> bool:
    """Whether a timestamp is in the future of `present`, by more than that margin."""
    return date > present and date > _horizon(present)


def _horizon(present: str) -> str:
    return timestamp(datetime.fromisoformat(present) + timedelta(days=2))


def timestamp(moment: datetime) -> str:
    """An aware datetime in the archive's format: "2025-01-30T13:52:09Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def plausible(moment: datetime) -> str | None:
    """The timestamp of an aware datetime; None where it is a placeholder of some software's: year 1, 1900, 9999."""
    moment = moment.astimezone(UTC)
    return f"{moment.isoformat()[:19]}Z" if 1900 < moment.year < 2200 else None


def from_rfc3339(text: object) -> str | None:
    """The timestamp of an RFC 3339 date, as in JSON Feed and WARC; UTC where it has no offset. None if malformed."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return plausible(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def duration_in_words(seconds: float) -> str:
    """A duration, rounded to its largest unit: "45 minutes", "1 hour", "3 days"."""
    for size, name in ((YEAR, "year"), (WEEK, "week"), (DAY, "day"), (HOUR, "hour"), (60, "minute")):
        if seconds >= 2 * size or round(seconds) == size:
            return counted(round(seconds / size), name)
    return counted(round(seconds), "second")


def counted(number: int, one: str, several: str | None = None) -> str:
    """The number with its noun: "1 entry", "1,200 entries"; `several` is the plural where it is irregular."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
