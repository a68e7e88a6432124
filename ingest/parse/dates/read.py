"""Read a date in any form that is in use, by RFC 822, 850, 2822, ISO 8601 and POSIX or as people write it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from ingest.base.clock import plausible
from ingest.base.models import DateOrder
from ingest.parse.dates.fold import fold_date
from ingest.parse.dates.names import AMBIGUOUS_MONTHS, DAYS, FILLERS, HALVES, MONTHS, ORDINALS
from ingest.parse.dates.numbers import date_of_numbers, full_year
from ingest.parse.dates.spellings import respell
from ingest.parse.dates.standard import ISO, clock_time, iso_moment, unix_moment
from ingest.parse.dates.zones import (
    IANA,
    WRITTEN_OUT,
    abbreviated_zone,
    iana_zone,
    offset_zone,
    zone_written_out,
)

_LONGEST = 120  # characters
# As nearly all feeds write it, by RFC 822 or ISO 8601: read as below, and sooner.
_USUAL = re.compile(
    r"[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:([+-])(\d{2})(\d{2})|([A-Z]{1,5}))",
    re.ASCII,
)
_USUAL_ISO = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)",
    re.ASCII,
)
_USUAL_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}
_UNIX_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_OR_MONTH = re.compile(r"(?:\d{1,2}[-./ ]+|\D{0,20})1970(?:[-./ ]+\d{1,2}|\D{0,20})", re.ASCII)
# Names that say what moment a time is, whatever else stands beside it.
_UTC_NAMES = ("z", "utc", "gmt", "ut")
# What RFC 9557 puts behind a date, beside a zone: the offset once more, a calendar.
_SUFFIX = re.compile(r"\[!?(?:[+-]\d\d:\d\d|[a-z0-9_-]{1,30}=[a-z0-9-]{1,30})?\]", re.IGNORECASE)
_HALF = "|".join(sorted(map(re.escape, HALVES), key=len, reverse=True))
_TIME = re.compile(
    rf"""
    (?:(?<![^\W\d_])(?P<half_before>{_HALF})\.?\ ?)?
    (?:
        (?<![\d:])(?P<hour>\d{{1,2}})\ ?:\ ?(?P<minute>\d{{1,2}})
        (?:\ ?:\ ?(?P<second>\d{{1,2}})(?:[.,:]\d{{1,12}})?)?(?![\d:])
      | (?<!\d)(?P<hour_h>\d{{1,2}})\ ?h\ ?(?P<minute_h>\d\d)?(?:m|min)?\b
      | (?:(?<=\d{{4}})(?:[ ,t]|\ -\ )|(?<=\d{{4}},)\ |\b(?:kl|klo|um|ore|ob)\.?\ )
        (?P<hour_d>\d{{1,2}})\.(?P<minute_d>\d\d)(?:\.(?P<second_d>\d\d))?(?![\d.])
      | (?<!\d)(?P<hour_u>\d{{1,2}})\ ?(?=(?:am|pm|uhr)\b)
    )
    (?:\ ?uhr\b)?
    (?:\ ?(?P<half_after>{_HALF})(?![^\W\d_])\.?)?
    """,
    re.VERBOSE,
)
_ZONE_BEHIND = re.compile(
    r"""
    [ ,]?\ ?(?:\(?(?:utc|gmt|ut|z)\ ?)?
    (?:(?P<sign>[+-])\ ?(?P<offset>\d{4}|\d\d[:.]\d\d)|(?P<sign_>[+-])(?P<offset_>\d{1,3}|\d:\d\d))(?![\d:./-])
    \ ?\)?
    """,
    re.VERBOSE,
)
_WORD_BEHIND = re.compile(r" ?,? ?(?P<name>[a-z]{1,5})(?![^\W_])")
_ASIDE = re.compile(r"\(([^()]{0,60})\)|\[([^\[\]]{0,60})\]")
_TOKEN = re.compile(r"(?P<number>\d+)|(?P<word>(?:[^\W\d_]|[\u0900-\u0963])+)|(?P<sign>[^\s\w])")


class _Unread(ValueError):
    pass


@dataclass
class _Found:
    """What was found of a date so far."""

    zone: tzinfo | None = None
    time: timedelta = timedelta()
    months: list[str] = field(default_factory=list)  # names
    days: list[int] = field(default_factory=list)  # of the week, from 1 on; 0 where it is not known which
    numbers: list[str] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)  # between numbers


@lru_cache(maxsize=8192)
def read_date(text: str, order: DateOrder | None = None) -> str | None:
    """The timestamp of a date; UTC where it has no zone, and its first day where it is a month or a year.

    `order` is that of dates such as 06/01/2025, by default day first. None where it cannot be read, is not possible
    (31 February) or not plausible (year 1), or Unix time 0, which software writes where it has no date.
    """
    if not text or len(text) > _LONGEST:
        return None
    try:
        text = text.strip()
        moment = _usual_moment(text) or _moment(text, order or "dmy")
        return None if moment == _UNIX_ZERO and not _YEAR_OR_MONTH.fullmatch(text) else plausible(moment)
    except (ValueError, OverflowError, OSError):
        return None


def _usual_moment(text: str) -> datetime | None:
    found = _USUAL.fullmatch(text)
    if not found and _USUAL_ISO.fullmatch(text):
        return datetime.fromisoformat(text)
    month = _USUAL_MONTHS.get(found[2]) if found else None
    if not found or not month or int(found[6]) > 59 or int(found[4]) > 23:
        return None
    zone = abbreviated_zone(found[10].lower()) if found[10] else UTC
    if zone is None:
        return None
    moment = datetime(
        int(found[3]), month, int(found[1]), int(found[4]), int(found[5]), int(found[6]), tzinfo=zone
    )
    offset = timedelta(hours=int(found[8] or 0), minutes=int(found[9] or 0))
    if offset > timedelta(hours=14):
        return None
    return moment + offset if found[7] == "-" else moment - offset


def _moment(text: str, order: DateOrder) -> datetime:
    zone = None
    if place := IANA.search(text):
        zone = iana_zone(place[0])
        text = f"{text[: place.start()]}{text[place.end() :]}".replace("()", "")
    folded = fold_date(_SUFFIX.sub("", text))
    if found := ISO.fullmatch(folded):
        moment = iso_moment(found)
        return moment.replace(tzinfo=zone) if zone and not (found["sign"] or found["utc"]) else moment
    return unix_moment(folded) or _as_people_write(folded, zone, order)


def _as_people_write(text: str, zone: tzinfo | None, order: DateOrder) -> datetime:
    found = _Found(zone)
    text = respell(text)
    text = _ASIDE.sub(lambda aside: _set_aside(aside[1] or aside[2] or "", found), text)
    if long_name := WRITTEN_OUT.search(text):
        found.zone = found.zone or zone_written_out(long_name)
        text = text[: long_name.start()] + text[long_name.end() :]
    if time := _TIME.search(text):
        found.time = _time_of_day(time)
        text = f"{text[: time.start()]} {_without_zone(text[time.end() :], found)}"
    _sort_out(text, found)
    day = _date_in_words(found) if found.months else date_of_numbers(found.numbers, found.signs, order)
    return (day + found.time).replace(tzinfo=found.zone or UTC)


def _set_aside(words: str, found: _Found) -> str:
    """Take the zone from what stands in brackets, which is otherwise a comment."""
    found.zone = found.zone or abbreviated_zone(words)
    return " " if found.zone or not re.search(r"\d", words) else f" {words} "


def _time_of_day(time: re.Match[str]) -> timedelta:
    part = {
        name.partition("_")[0]: value
        for name, value in time.groupdict().items()
        if value and "half" not in name
    }
    hour = int(part["hour"])
    half = HALVES.get(time["half_before"] or time["half_after"] or "")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return clock_time(hour, int(part.get("minute", 0)), int(part.get("second", 0)))


def _without_zone(behind: str, found: _Found) -> str:
    """What stands behind the time, without the zone there, which is taken."""
    offset = _ZONE_BEHIND.match(behind)
    if offset:
        zone = offset_zone(offset["sign"] or offset["sign_"], offset["offset"] or offset["offset_"])
        if zone is None:
            raise _Unread
        found.zone = zone
        behind = behind[offset.end() :]
    word = _WORD_BEHIND.match(behind)
    if word is None:
        return behind
    name = word["name"]
    if zone := abbreviated_zone(name):
        found.zone = zone if name in _UTC_NAMES and not offset else found.zone or zone
    elif name in MONTHS or name in DAYS or name in FILLERS:
        return behind
    return behind[word.end() :]  # a zone that is not known is none


def _sort_out(text: str, found: _Found) -> None:
    """Put each word, number and sign where it belongs. Raises _Unread where a word says something else."""
    numbered = False
    for place, (kind, token, following) in enumerate(_tokens(text)):
        if kind == "number":
            found.numbers.append(token)
        elif kind == "sign":
            if found.numbers:
                found.signs.append(token)
        elif not (numbered and token in ORDINALS):
            _put_word(token, found, may_be_any=place == 0 and following == ",")
        numbered = kind == "number"


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """The kind of each token, itself, and the one behind it."""
    tokens = [(token.lastgroup or "", token[0]) for token in _TOKEN.finditer(text)]
    for (kind, token), (_, following) in zip(tokens, [*tokens[1:], ("", "")], strict=True):
        yield kind, token, following


def _put_word(word: str, found: _Found, *, may_be_any: bool) -> None:
    if word in MONTHS:
        found.months.append(word)
    elif word in DAYS:
        found.days.append(DAYS[word])
    elif zone := abbreviated_zone(word):
        found.zone = found.zone or zone
    elif word not in FILLERS and not may_be_any:
        raise _Unread


def _date_in_words(found: _Found) -> datetime:
    names = found.months
    if len(names) > 1 and names[0] in DAYS:  # "mar", for Tuesday or March
        found.days.append(DAYS[names.pop(0)])
    if len({MONTHS[name] for name in names}) != 1:
        raise _Unread
    day, year = _day_and_year(found.numbers)
    moments = [datetime(year, month, day) for month in AMBIGUOUS_MONTHS.get(names[0], (MONTHS[names[0]],))]
    proven = (moment for moment in moments if moment.isoweekday() in found.days)
    return next(proven, moments[0])


def _day_and_year(numbers: list[str]) -> tuple[int, int]:
    if len(numbers) == 1 and len(numbers[0]) == 4:
        return 1, int(numbers[0])
    if len(numbers) != 2:
        raise _Unread
    first, second = numbers
    return (int(second), int(first)) if len(first) == 4 else (int(first), full_year(second))
