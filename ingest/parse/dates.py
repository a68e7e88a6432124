"""Dates of feeds: a numeric date format for feedparser, and its results as timestamps (as in ingest.base.models)."""

import re
import time
from datetime import UTC, datetime, timedelta

from ingest.base.clock import plausible

_NUMBERS = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    r"|年\s*(?P<month_>[0-9]{1,2})月\s*(?P<day_>[0-9]{1,2})日|(?P<month__>[0-9]{2})(?P<day__>[0-9]{2}))"
    r"(?:(?:\s*T\s*|\s+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*(?:Z|UTC|GMT|UT|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})?)?)?",
    re.IGNORECASE,
)


def from_numbers(text: str) -> time.struct_time | None:
    """Parse a numeric date with the year first, as a date handler of feedparser: the time in UTC, None if malformed.

    2025-01-06, 2025/1/6 10:00, 2025年1月6日, 20250106, with or without time and offset, which is UTC by default.
    """
    found = _NUMBERS.fullmatch(text.strip())
    if found is None:
        return None
    number = {
        name.rstrip("_"): int(value) for name, value in found.groupdict().items() if value and value.isdigit()
    }
    try:
        moment = datetime(
            number["year"], number["month"], number["day"], number.get("hour", 0), number.get("minute", 0),
            min(number.get("second", 0), 59), tzinfo=UTC,
        )  # fmt: skip
        offset = timedelta(hours=number.get("hours", 0), minutes=number.get("minutes", 0))
        return (moment + offset if found["sign"] == "-" else moment - offset).utctimetuple()
    except (ValueError, OverflowError):
        return None


def from_parts(parts: object) -> str | None:
    """The timestamp of a UTC time that feedparser parsed; None where it failed, or where the time is not plausible."""
    if not isinstance(parts, time.struct_time):
        return None
    try:
        return plausible(datetime(*parts[:5], min(parts.tm_sec, 59), tzinfo=UTC))
    except ValueError:
        return None
