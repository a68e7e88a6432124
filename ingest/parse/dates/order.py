"""The order of day and month in a document's dates such as 06/01/2025."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from ingest.base.models import DateOrder
from ingest.parse.dates.fold import fold_date
from ingest.parse.dates.read import read_date

_EITHER_FIRST = re.compile(
    r"(?<![\d./-])(\d{1,2}) ?(?:/ ?(\d{1,2}) ?/ ?(?:\d{4}|\d{2})|- ?(\d{1,2}) ?- ?\d{4})(?![\d./])"
)
_LONGEST = 120  # characters
# Regions where the month stands first (CLDR, yMd).
_MONTH_FIRST = frozenset(("US", "PH", "PR", "GU", "AS", "VI", "UM", "MH", "MP", "PW", "FM"))


def date_order(texts: Iterable[str], language: str | None, kept: DateOrder | None) -> DateOrder | None:
    """The order of day and month in a document's dates, as they stand; None where none of them depends on it.

    `language` is the document's, in BCP 47. In this sequence: what dates such as 17/01/2025 prove; `kept`, the order of
    the feed's earlier documents; the language's region; the order in which the dates are nearer to each other; else
    month first in English, and day first in all other languages.
    """
    dates = [text for text in texts if text and len(text) <= _LONGEST]
    numbers = [number for text in dates if (number := _day_and_month(text))]
    if not numbers:
        return None
    return _proven(numbers) or kept or _of_region(language) or _of_sequence(dates) or _usual(language)


def _day_and_month(text: str) -> tuple[int, int] | None:
    found = _EITHER_FIRST.search(fold_date(text))
    return (int(found[1]), int(found[2] or found[3])) if found else None


def _proven(numbers: Sequence[tuple[int, int]]) -> DateOrder | None:
    """What most of those dates show that are possible in one order alone."""
    days_first = sum(second <= 12 < first for first, second in numbers)
    months_first = sum(first <= 12 < second for first, second in numbers)
    if days_first == months_first:
        return None
    return "dmy" if days_first > months_first else "mdy"


def _of_region(language: str | None) -> DateOrder | None:
    """By a language tag; None where it leaves the order open: English without a region, or no language."""
    first, *others = (language or "").split("-")
    region = next((part for part in others if len(part) == 2), "").upper()
    if region in _MONTH_FIRST:
        return "mdy"
    return None if first in ("", "en") and region in ("", "CA") else "dmy"


def _usual(language: str | None) -> DateOrder:
    return "mdy" if (language or "").split("-")[0] == "en" else "dmy"


def _of_sequence(dates: Sequence[str]) -> DateOrder | None:
    """The order in which the dates, as they stand, are nearer to each other."""
    day_first, month_first = _leaps(dates, "dmy"), _leaps(dates, "mdy")
    if day_first == month_first:
        return None
    return "dmy" if day_first < month_first else "mdy"


def _leaps(dates: Sequence[str], order: DateOrder) -> float:
    """The sum of the times between each date and the next."""
    read = [datetime.fromisoformat(date) for text in dates if (date := read_date(text, order))]
    return sum(abs((after - before).total_seconds()) for before, after in pairwise(read))
