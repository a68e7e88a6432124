"""Times as the archive has them, from what feeds give."""

import time
from datetime import UTC, datetime

from ingest.clock import timestamp


def from_parts(parts: object) -> str | None:
    """A time that feedparser has read, which is in UTC; None where it could not, or read nonsense."""
    if not isinstance(parts, time.struct_time):
        return None
    try:
        return _sensible(datetime(*parts[:5], min(parts.tm_sec, 59), tzinfo=UTC))
    except ValueError:
        return None


def from_rfc3339(text: object) -> str | None:
    """A time of JSON Feed's. One that lacks its offset is taken for UTC."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    try:
        return _sensible(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except OverflowError:
        return None


def _sensible(moment: datetime) -> str | None:
    """Software without a date writes the first or last moment that it knows: the year 1, or 1900, or 9999."""
    moment = moment.astimezone(UTC)
    return timestamp(moment) if 1900 < moment.year < 2200 else None
