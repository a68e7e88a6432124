"""Operators for when an entry is dated."""

import re
import sqlite3
from collections.abc import Sequence
from datetime import date

from ingest.archive.names import IS_DATED
from ingest.search.terms import Facet, Term

_MONTHS = "January February March April May June July August September October November December".split()
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)


class DateTerm(Term):
    """A year, month or day, as the beginning of an ISO 8601 date in UTC."""

    @classmethod
    def read(cls, text: str, exact: bool) -> str:
        found = _DATE.fullmatch(text.strip())
        if not found:
            return ""
        year, month, day = found.groups()
        try:
            date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            return ""
        return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])

    @classmethod
    def objection(cls, text: str) -> str:
        return f"“{text}” is no date such as 2024, 2024-03 or 2024-03-05, so “{cls.name}:” was left out."

    def _in_words(self, later: bool) -> str:
        year, month, day = [*self.value.split("-"), "", ""][:3]
        parts = (day.lstrip("0"), month and _MONTHS[int(month) - 1], year)
        return f"{'since' if later else 'before'} {' '.join(part for part in parts if part)}"


class AfterTerm(DateTerm):
    name = "after"
    example = "after:2024-03"
    meaning = "from a year, month or day on"
    facet = Facet(
        "year",
        "Year",
        4,
        "SELECT year, year, count(*) FROM found WHERE year GLOB '[0-9][0-9][0-9][0-9]' GROUP BY year",
        columns=("year",),
        chronological=True,
    )

    def condition(self) -> tuple[str, str]:
        return f"(entries.date >= :value AND {IS_DATED})", self.value

    def in_words(self) -> str:
        return self._in_words(later=not self.negated)

    @classmethod
    def examples(cls, connection: sqlite3.Connection) -> Sequence[str]:
        return ("after:2024-03 before:2025",)

    @classmethod
    def narrowing(cls, value: str) -> str:
        """From the start of a year to its end."""
        return f"after:{value}" + (f" before:{int(value) + 1:04}" if value < "9999" else "")


class BeforeTerm(DateTerm):
    name = "before"
    example = "before:2025"
    meaning = "before a year, month or day"

    def condition(self) -> tuple[str, str]:
        return f"(entries.date < :value AND {IS_DATED})", self.value

    def in_words(self) -> str:
        return self._in_words(later=self.negated)

    @classmethod
    def examples(cls, connection: sqlite3.Connection) -> Sequence[str]:
        return ()  # it stands beside after:
