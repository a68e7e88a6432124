"""What has no other place, as JSON: valid, without control characters, without credentials of URLs, bounded. Pure."""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ingest.base.models import Extra, StoredExtra
from ingest.base.plain_text import without_controls, without_surrogates
from ingest.base.url_spelling import without_credentials

# Characters of JSON that no honest document reaches: the most in ../shared/feeds is 12,000 of an entry and of a feed.
MOST_OF_AN_ENTRY = 256 * 1024
MOST_OF_A_FEED = 1024 * 1024
_LISTS, _OBJECTS, _NUMBERS = (list, tuple), (dict, Mapping), (bool, int)
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False)
_DEEPEST = 100  # levels of objects and lists within one another; SQLite reads a thousand

# User name and password of a URL within a text (RFC 3986, 3.2.1), also one that is written with escapes.
_USERINFO = re.compile(
    r"""((?:https?|ftps?|wss?|feed):[/\\]*+|(?<![/\\])[/\\]{2,}+)[^\s/\\?#"'<>@]*+@+(?:[^\s/\\?#"'<>@]*+@+)*+""",
    re.IGNORECASE,
)
_ESCAPED_USERINFO = re.compile(r"(%2F%2F)(?:(?!%2F|%3F|%23|%40)[^\s/\\?#&<>\"'@]){0,1000}+%40", re.IGNORECASE)
_AN_ADDRESS_NEEDS = re.compile(r"[:/\\]")  # with a user name or password


def stored_extra(extra: Iterable[Extra], most: int) -> StoredExtra | None:
    """The JSON of these elements in their order, but for those that would make it longer than `most` characters."""
    elements = tuple(extra)
    if not elements:
        return None
    measured = [_measure(element) for element in elements]
    if max(measured)[0] <= _DEEPEST and sum([characters for _, characters in measured]) < most:
        whole = _ENCODER.encode([_clean(element) for element in elements])
        if len(whole) <= most - 2:
            return StoredExtra(whole)
    return _as_much_as_fits(elements, measured, most)


def _as_much_as_fits(
    elements: Sequence[Extra], measured: Sequence[tuple[int, int]], most: int
) -> StoredExtra | None:
    kept: list[str] = []
    room, left_out = most - 2, 0
    for element, (levels, characters) in zip(elements, measured, strict=True):
        said = _ENCODER.encode(_clean(element)) if levels <= _DEEPEST else ""
        if said and len(said) + 2 <= room:
            kept.append(said)
            room -= len(said) + 2
        else:
            left_out += len(said) or characters
    return StoredExtra(f"[{', '.join(kept)}]", left_out) if kept or left_out else None


def shallow(extra: Iterable[Extra]) -> list[Extra]:
    """Those elements that are not nested more deeply than can be read back."""
    return [element for element in extra if _measure(element)[0] <= _DEEPEST]


def _measure(element: Any) -> tuple[int, int]:
    """The number of levels, and about that of characters; without recursion, since it may be of any depth."""
    deepest = characters = 0
    waiting: list[tuple[Any, int]] = [(element, 1)]
    while waiting:
        value, level = waiting.pop()
        if level > deepest:
            deepest = level
        if isinstance(value, str):
            characters += len(value)
        elif isinstance(value, _LISTS):
            waiting += [(inner, level + 1) for inner in value]
        elif isinstance(value, _OBJECTS):
            characters += sum([len(str(name)) + 4 for name in value])
            waiting += [(inner, level + 1) for inner in value.values()]
        else:
            characters += 5
    return deepest, characters


def _clean(value: Any) -> Any:
    """The same of what JSON has, with clean texts."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, _LISTS):
        return [_clean(inner) for inner in value]
    if isinstance(value, _OBJECTS):
        return {_text(str(name)): _clean(inner) for name, inner in value.items()}
    if value is None or isinstance(value, _NUMBERS):
        return value
    return value if isinstance(value, float) and math.isfinite(value) else str(value)


def _text(text: str) -> str:
    if text.isprintable() and not ("@" in text and _AN_ADDRESS_NEEDS.search(text)) and "%40" not in text:
        return text
    tidy = without_controls(without_surrogates(text))
    if "@" in tidy:
        alone = without_credentials(tidy) if not re.search(r"\s", tidy) else tidy
        tidy = _USERINFO.sub(r"\1", alone)
    return _ESCAPED_USERINFO.sub(r"\1", tidy) if "%40" in tidy else tidy
