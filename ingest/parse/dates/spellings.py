"""Rewrite what a date says in several words, or by signs behind its numbers, as a month's name and as hh:mm:ss."""

import re
from collections.abc import Callable

_NAMES = "january february march april may june july august september october november december".split()
_VIETNAMESE = ("mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai")
_ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}  # the years before them


def _month(found: re.Match[str]) -> str:
    number = _VIETNAMESE.index(found[1]) + 1 if found[1] in _VIETNAMESE else int(found[1])
    return f" {_NAMES[number - 1]} " if 1 <= number <= 12 else found[0]


def _year(found: re.Match[str]) -> str:
    return f"{_ERAS[found[1]] + int(found[2])}年"


# In this order.
_SPELLINGS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r" m=[+-][\d.]{1,40}$"), ""),  # of Go's
    (re.compile(r"\b([ap]) ?\. ?m\b\.?"), r"\1m"),
    (re.compile(r"([πμ])\. ?μ\b\.?"), r"\1μ"),
    (re.compile(r"([قب])\. ?ظ"), r"\1ظ"),
    (re.compile(r"\b(كانون|تشرين) (?=ال)"), r"\1"),
    (re.compile(rf"({'|'.join(_ERAS)}) ?(\d{{1,3}}) ?年"), _year),
    (re.compile(r"(\d{4}) ?[年년]"), r"\1 "),
    (re.compile(r"(?<!\d)(\d{1,2}) ?[月월](?![曜요])"), _month),
    (re.compile(r"(?<!\d)(\d{1,2}) ?[日号號일](?![曜요])"), r" \1 "),
    (re.compile(r"(?<!\d)(\d{1,2}) ?[時时點点시] ?+(?!\d)"), r"\1:00 "),
    (re.compile(r"(?<!\d)(\d{1,2}) ?[時时點点시] ?(\d{1,2}) ?[分분]?"), r"\1:\2 "),
    (re.compile(r"(:\d{1,2}) {0,2}(\d{1,2}) ?[秒초]"), r"\1:\2 "),
    (re.compile(rf"\bthang ({'|'.join(sorted(_VIETNAMESE, key=len, reverse=True))})\b"), _month),
    (re.compile(r"\b(?:thang|thg|th)\.? ?(\d{1,2})\b"), _month),
    (re.compile(r"\bt[2-7],? "), ""),
    (re.compile(r"\b[2-6][ªa] ?-? ?feira"), ""),
    (re.compile(r"(?<=\d) ?-? ?го\b"), " "),
)


def respell(text: str) -> str:
    """The text as `fold_date` returns it, with those parts rewritten."""
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    return text
