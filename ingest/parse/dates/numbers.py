"""Dates in numbers: 2025/01/06, 30.12.2022, 06/01/2025."""

from collections.abc import Sequence
from datetime import datetime

from ingest.base.models import DateOrder


def date_of_numbers(numbers: Sequence[str], signs: Sequence[str], order: DateOrder) -> datetime:
    """The day of the numbers of a date, with the signs between them. Raises ValueError."""
    sign = signs[0] if signs else " "
    if len(numbers) == 2:
        year, month = numbers if len(numbers[0]) == 4 else reversed(numbers)
        if len(year) != 4:
            raise ValueError("no year")
        return datetime(int(year), int(month), 1)
    first, second, third = (*numbers, "", "", "")[:3]
    if len(numbers) != 3 or not second.isdigit():
        raise ValueError("no date")
    if len(first) == 4:
        return datetime(int(first), int(second), int(third))
    if len(third) == 2 and sign not in "./":
        raise ValueError("25-01-06 may be anything")
    day, month_of_year = int(first), int(second)
    if (order == "mdy" and sign != "." and day <= 12) or month_of_year > 12:
        day, month_of_year = month_of_year, day
    return datetime(full_year(third), month_of_year, day)


def full_year(year: str) -> int:
    """A year that may be written with two or three digits (RFC 2822, 4.3). Raises ValueError."""
    if not 2 <= len(year) <= 4:
        raise ValueError("no year")
    return int(year) + (0 if len(year) == 4 else 2000 if int(year) < 50 else 1900)
