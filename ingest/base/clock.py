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
