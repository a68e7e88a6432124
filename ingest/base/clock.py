"""The present time and timestamps, in the one form that the archive uses (UTC, ISO 8601 with Z)."""

from datetime import UTC, datetime, timedelta


def now() -> str:
    """The present, as in ingest.base.models: UTC, to the second."""
    return timestamp(datetime.now(UTC))


def horizon(present: str) -> str:
    """The day from which on dates are of the future: clocks and zones have a day's grace."""
    return timestamp(datetime.fromisoformat(present) + timedelta(days=2))[:10]


def timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def plausible(moment: datetime) -> str | None:
    """The timestamp of a moment; None where it is the first or last that some software knows: year 1, 1900, 9999."""
    moment = moment.astimezone(UTC)
    return timestamp(moment) if 1900 < moment.year < 2200 else None


def from_rfc3339(text: object) -> str | None:
    """The timestamp of a date by RFC 3339, as JSON Feed and WARC write it; without offset it is taken for UTC."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return plausible(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
