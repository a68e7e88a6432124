"""Dates of standards, as `fold_date` writes them: ISO 8601 with what is usual beside it, Unix time."""

import re
from datetime import UTC, datetime, timedelta

from ingest.parse.dates.zones import offset_zone

ISO = re.compile(
    r"""
    (?P<year>\d{4})
    (?: -?w(?P<week>\d\d)(?:-?(?P<weekday>[1-7]))?
      | -(?P<of_year>\d{3})
      | -(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?
      | (?P<month_>\d\d)(?P<day_>\d\d)
      | (?P<of_year_>\d{3})
    )?
    (?: (?:\ ?t\ ?|\ |(?<=\d{8})(?=\d{4}(?:\d\d)?(?!\d)))
        (?P<hour>\d{1,2})(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d))?)?(?:[.,](?P<fraction>\d{1,30}))?
    )?
    (?:\ ?(?P<utc>z|utc|gmt))?
    (?:\ ?(?P<sign>[+-])(?P<offset>\d\d(?::?\d\d)?))?
    """,
    re.VERBOSE,
)
_UNIX = re.compile(r"(?:@|/?date\()?(\d{9,19})(?:\.\d{1,9})?(?:[+-]\d{4})?(?:\)/?)?")


def iso_moment(found: re.Match[str]) -> datetime:
    """The moment of a match of ISO. Raises ValueError, OverflowError."""
    part = {
        name.rstrip("_"): int(value) for name, value in found.groupdict().items() if value and value.isdigit()
    }
    year = part["year"]
    if week := part.get("week"):
        day = datetime.fromisocalendar(year, week, part.get("weekday", 1))
    elif "of_year" in part:
        day = datetime(year, 1, 1) + timedelta(days=part["of_year"] - 1)
        if day.year != year:
            raise ValueError("no day of that year")
    else:
        day = datetime(year, part.get("month", 1), part.get("day", 1))
    moment = day + clock_time(part.get("hour", 0), part.get("minute", 0), part.get("second", 0))
    if fraction := found["fraction"]:
        unit = 1 if found["second"] else 60 if found["minute"] else 3600
        moment += timedelta(seconds=int(float(f"0.{fraction}") * unit))
    zone = offset_zone(found["sign"], found["offset"]) if found["sign"] else UTC
    if zone is None:
        raise ValueError("no offset")
    return moment.replace(tzinfo=zone)


def clock_time(hour: int, minute: int, second: int = 0) -> timedelta:
    """The time of day, to 24:00:00, also with a leap second. Raises ValueError."""
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError("no time of day")
    return timedelta(hours=hour, minutes=minute, seconds=second)


def unix_moment(text: str) -> datetime | None:
    """The moment of a Unix time in seconds, or in thousandths, millionths or billionths of them; None if it is none."""
    found = _UNIX.fullmatch(text)
    if found is None or len(found[1]) not in (9, 10, 12, 13, 15, 16, 18, 19):
        return None
    digits = found[1]
    scale = 10 ** ((len(digits) - 8) // 3 * 3)
    return datetime.fromtimestamp(int(digits) // scale, UTC)
