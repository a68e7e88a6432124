"""The time, in the one form that the archive uses."""

from datetime import UTC, datetime


def now() -> str:
    """The present, as in ingest.models: UTC, to the second."""
    return timestamp(datetime.now(UTC))


def timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
