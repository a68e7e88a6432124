"""Durations, times within a file, and numbers of episodes as feeds write them. Pure."""

import re

_LONGEST = 40  # characters
_SECONDS = re.compile(r"\d{1,9}(?:[.,]\d{1,9})?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,5}):(\d{1,2}(?:[.,]\d{1,9})?)", re.ASCII)
_ISO = re.compile(  # ISO 8601, as schema.org and YouTube write it
    r"P(?:(\d{1,4})D)?T?(?:(\d{1,5}(?:\.\d+)?)H)?(?:(\d{1,7}(?:\.\d+)?)M)?(?:(\d{1,9}(?:\.\d+)?)S)?",
    re.ASCII | re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?:(\d{1,4})\s*h(?:(?:ou)?rs?)?\.?[\s,]*)?(?:(\d{1,5})\s*m(?:in(?:ute)?s?)?\.?[\s,]*)?"
    r"(?:(\d{1,7})\s*s(?:ec(?:ond)?s?)?\.?)?",
    re.ASCII | re.IGNORECASE,
)
_NUMBER = re.compile(r"#?\s*(\d{1,6}(?:\.\d{1,6})?)", re.ASCII)


def read_duration(text: str) -> float | None:
    """Seconds, of "1:02:03", "62:03", "3723.5", "PT1H2M3S", "1 h 2 min"; None where it is none, or nothing."""
    said = text.strip()[: _LONGEST + 1]
    if not said or len(said) > _LONGEST:
        return None
    seconds = _read(said)
    return seconds if seconds and seconds > 0 else None


def read_start(text: str) -> float | None:
    """Seconds from the beginning, as `read_duration`, of which 0 is one."""
    said = text.strip()[: _LONGEST + 1]
    return _read(said) if 0 < len(said) <= _LONGEST else None


def _read(said: str) -> float | None:
    if _SECONDS.fullmatch(said):
        return _decimal(said)
    if clock := _CLOCK.fullmatch(said):
        return 3600 * _decimal(clock[1]) + 60 * _decimal(clock[2]) + _decimal(clock[3])
    if said[:1] in "Pp":
        iso = _ISO.fullmatch(said)
        if not iso or not any(iso.groups()):
            return None
        days, hours, minutes, seconds = map(_decimal, iso.groups())
        return 86400 * days + 3600 * hours + 60 * minutes + seconds
    words = _WORDS.fullmatch(said)
    if not words or not any(words.groups()):
        return None
    hours, minutes, seconds = map(_decimal, words.groups())
    return 3600 * hours + 60 * minutes + seconds


def _decimal(digits: str | None) -> float:
    return float((digits or "0").replace(",", "."))


def read_number(text: str) -> float | None:
    """The number of a season or episode: 12, or 12.5 (the podcast namespace has decimals)."""
    found = _NUMBER.fullmatch(text.strip()[:20])
    return float(found[1]) if found else None


def read_whole(text: str) -> int | None:
    """A number of bytes or pixels, more than 0."""
    digits = text.strip()
    whole = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0
    return whole or None
