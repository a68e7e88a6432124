"""Time zones by their names. Where a name has several meanings, the commoner one in feeds."""

import re
from collections.abc import Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# Hours from UTC.
_HOURS: Mapping[str, float] = {
    **dict.fromkeys(("utc", "gmt", "ut", "z", "wet", "egst", "azost", "zulu", "uct"), 0),
    **{"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7},  # of RFC 822
    **{"akst": -9, "akdt": -8, "hst": -10, "hdt": -9, "hast": -10, "nst": -3.5, "ndt": -2.5},
    **{"ast": -4, "adt": -3},  # Atlantic, not Arabia
    **{"bst": 1},  # British summer, not Bangladesh
    **{"ist": 5.5},  # India, not Ireland or Israel
    **{"west": 1, "cet": 1, "mez": 1, "met": 1, "cest": 2, "mesz": 2, "mest": 2, "hnec": 1, "heec": 2},
    **{
        "eet": 2,
        "eest": 3,
        "msk": 3,
        "мск": 3,
        "msd": 4,
        "trt": 3,
        "samt": 4,
        "yekt": 5,
        "omst": 6,
        "krat": 7,
    },
    **{"novt": 7, "irkt": 8, "yakt": 9, "vlat": 10, "magt": 11, "pett": 12},
    **{"idt": 3, "wat": 1, "cat": 2, "sast": 2, "eat": 3, "irst": 3.5, "irdt": 4.5},
    **{"gst": 4},  # Gulf, not South Georgia
    **{"azt": 4, "get": 4, "amt": 4, "aft": 4.5, "pkt": 5, "uzt": 5, "npt": 5.75, "bdt": 6, "mmt": 6.5},
    **{"ict": 7, "wib": 7, "wita": 8, "wit": 9, "hkt": 8, "pht": 8, "phst": 8, "sgt": 8, "myt": 8, "awst": 8},
    **{"jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "chst": 10, "sst": -11},
    **{"nzst": 12, "nzdt": 13, "nzt": 12, "fjt": 12},
    **{"brt": -3, "brst": -2, "art": -3, "uyt": -3, "gft": -3, "clt": -4, "clst": -3, "bot": -4, "vet": -4},
    **{"pyt": -3, "cot": -5, "pet": -5, "ect": -5, "wgt": -2},
}
# Without saying whether summer time is meant: by the date.
_PLACES = {
    **{
        "et": "America/New_York",
        "ct": "America/Chicago",
        "mt": "America/Denver",
        "pt": "America/Los_Angeles",
    },
    **{"aet": "Australia/Sydney", "uk": "Europe/London"},
}
_WRITTEN_OUT = {
    "eastern": ("est", "edt"),
    "central": ("cst", "cdt"),
    "mountain": ("mst", "mdt"),
    "pacific": ("pst", "pdt"),
    "central european": ("cet", "cest"),
    "eastern european": ("eet", "eest"),
    "western european": ("wet", "west"),
    "greenwich mean": ("gmt", "gmt"),
    "coordinated universal": ("utc", "utc"),
    "british": ("gmt", "bst"),
    "moscow": ("msk", "msd"),
    "india": ("ist", "ist"),
    "japan": ("jst", "jst"),
    "korea": ("kst", "kst"),
}
WRITTEN_OUT = re.compile(
    rf"\b({'|'.join(sorted(_WRITTEN_OUT, key=len, reverse=True))}) (standard |summer |daylight )?time\b"
)
IANA = re.compile(
    r"\b(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc|US|Canada|Brazil|Chile"
    r"|Mexico)(?:/[A-Za-z][A-Za-z0-9_+-]{1,30}){1,2}",
    re.IGNORECASE,
)
_LONGEST = timedelta(hours=24)


def abbreviated_zone(name: str) -> tzinfo | None:
    """The zone of an abbreviation in lower case; None where it is not known."""
    if name in _PLACES:
        return iana_zone(_PLACES[name])
    return timezone(timedelta(hours=_HOURS[name])) if name in _HOURS else None


def zone_written_out(found: re.Match[str]) -> tzinfo | None:
    """The zone of a match of WRITTEN_OUT."""
    standard, summer = _WRITTEN_OUT[found[1]]
    return abbreviated_zone(summer if found[2] in ("summer ", "daylight ") else standard)


def iana_zone(name: str) -> tzinfo:
    """A zone of the IANA database, which need not be there; UTC where it does not know it."""
    for spelling in (name, name.title()):
        try:
            return ZoneInfo(spelling)
        except (ValueError, OSError, KeyError):
            continue
    return UTC


def offset_zone(sign: str, digits: str) -> tzinfo | None:
    """The zone of an offset, of hours (1, 01) or hours and minutes (100, 0100, 01:00); None where there is none."""
    number = digits.replace(":", "").replace(".", "")
    hours, minutes = (number, "0") if len(number) <= 2 else (number[:-2], number[-2:])
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset >= _LONGEST or int(minutes) > 59:
        return None
    return timezone(-offset if sign == "-" else offset)
