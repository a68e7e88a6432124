"""Operators for how long the sound or film of an entry is."""

import re
import sqlite3
from collections.abc import Sequence

from ingest.search.terms import Term

# 90 (minutes), 90s, 30m, 1h30m, 1.5h, or as players show it, 1:02:03
_UNITS = re.compile(
    r"(?:(\d{1,4}(?:\.\d{1,4})?)h(?:ours?|rs?)?)?(?:(\d{1,6}(?:\.\d{1,4})?)m(?:in(?:ute)?s?)?)?"
    r"(?:(\d{1,8})s(?:ec(?:ond)?s?)?)?",
    re.IGNORECASE | re.ASCII,
)
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,6}):(\d{2})", re.ASCII)
# By its own index: few entries have a duration, and SQLite would look for them along the index of dates.
_TIMED = "entries.id IN (SELECT id FROM entries AS timed WHERE duration {} CAST(:value AS INTEGER))"
_MINUTES = re.compile(r"()(\d{1,6}(?:\.\d{1,4})?)()", re.ASCII)


class DurationTerm(Term):
    """A duration, of which the value is in hours, minutes and seconds: 1h30m."""

    example_values = ("10m", "30m", "1h")

    @classmethod
    def read(cls, text: str, exact: bool) -> str:
        written = "".join(text.split())
        found = next(
            (found for form in (_MINUTES, _CLOCK, _UNITS) if (found := form.fullmatch(written))), None
        )
        if not written or found is None:
            return ""
        return _written(_seconds_of(found))

    @classmethod
    def objection(cls, text: str) -> str:
        return f"“{text}” is no duration such as 90s, 30m or 1h30m, so “{cls.name}:” was left out."

    @property
    def _seconds(self) -> int:
        found = _UNITS.fullmatch(self.value)
        return _seconds_of(found) if found else 0

    def _in_words(self, comparison: str) -> str:
        parts = []
        rest = self._seconds
        for unit, seconds in (("hour", 3600), ("minute", 60), ("second", 1)):
            number, rest = divmod(rest, seconds)
            if number:
                parts.append(f"{number:,} {unit}{'' if number == 1 else 's'}")
        words = f"{comparison} than {' '.join(parts) or '0 seconds'}"
        return f"not {words} or of unknown length" if self.negated else words

    @classmethod
    def names(cls, connection: sqlite3.Connection, begin: str) -> Sequence[str]:
        return [value for value in cls.example_values if value.startswith(begin)]


class LongerTerm(DurationTerm):
    name = "longer"
    example = "longer:30m"
    meaning = "audio or video that takes longer: 90s, 30m, 1h30m"

    def condition(self) -> tuple[str, str]:
        return _TIMED.format(">"), str(self._seconds)

    def in_words(self) -> str:
        return self._in_words("longer")


class ShorterTerm(DurationTerm):
    name = "shorter"
    example = "shorter:10m"
    meaning = "audio or video that takes less"

    def condition(self) -> tuple[str, str]:
        return _TIMED.format("<"), str(self._seconds)

    def in_words(self) -> str:
        return self._in_words("shorter")


def _seconds_of(found: re.Match[str]) -> int:
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return round(hours * 3600 + minutes * 60 + seconds)


def _written(seconds: int) -> str:
    """In hours, minutes and seconds, those that are not 0: 1h30m."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"
