"""Read the JSON of a feed, whole or as far as it is not broken. Numbers, depth and commas may be beyond measure."""

import json
import math
import re
from typing import Any

_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\Z))|,(?=\s*+[}\]])', re.DOTALL)
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[{}\[\]]', re.DOTALL)
_DEEPEST = 100  # levels of nesting
_MOST_DIGITS = 100  # of a number: Python raises at thousands


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) and len(digits) <= _MOST_DIGITS else digits


# A number that is too long or infinite becomes a string, which may be an id. NaN and Infinity are not JSON.
_DECODER = json.JSONDecoder(strict=False, parse_int=_int, parse_float=_float, parse_constant=str)


def read_json(text: str) -> tuple[dict[str, Any], list[Any], str | None]:
    """The document, its items, and where it is broken: then both have only what stands before that."""
    try:
        document = _DECODER.decode(_TRAILING_COMMA.sub(r"\1", text))
        return document, _items(document), None
    except RecursionError:
        return read_json(_without_depths(text))
    except ValueError as error:
        return *_read_truncated(text), _where(error)


def _without_depths(text: str) -> str:
    """JSON with null for what is nested deeper than _DEEPEST: Python's decoder is recursive."""
    pieces, depth, start = [], 0, 0
    for token in _BRACKET.finditer(text):
        if token[0] in ("{", "["):
            depth += 1
            if depth == _DEEPEST + 1:
                pieces += [text[start : token.start()], "null"]
        elif token[0] in ("}", "]"):
            if depth == _DEEPEST + 1:
                start = token.end()
            depth -= 1
    return "".join([*pieces, text[start:] if depth <= _DEEPEST else ""])


def _where(error: ValueError) -> str:
    if not isinstance(error, json.JSONDecodeError):
        return f"it holds what cannot be read ({error})"
    if error.pos >= len(error.doc.rstrip()) - 1 or error.msg.startswith("Unterminated"):
        return "it stops in the middle"
    return f"it is no JSON from line {error.lineno}, column {error.colno} on"


def _read_truncated(text: str) -> tuple[dict[str, Any], list[Any]]:
    """The document and its items up to the first error, decoded member by member and item by item."""
    document: dict[str, Any] = {}
    items: list[Any] = []
    position = 1
    try:
        while True:
            key, position = _DECODER.raw_decode(text, _next(text, position))
            position = _next(text, position)
            if key == "items" and text[position : position + 1] == "[":
                position += 1
                while text[_next(text, position)] != "]":
                    item, position = _DECODER.raw_decode(text, _next(text, position))
                    items.append(item)
                position = _next(text, position) + 1
            else:
                document[str(key)], position = _DECODER.raw_decode(text, position)
    except (ValueError, IndexError, RecursionError):
        return document, items


def _next(text: str, position: int) -> int:
    """The index of the next value, behind white space, commas and colons."""
    while text[position] in " \t\r\n,:":
        position += 1
    return position


def _items(document: dict[str, Any]) -> list[Any]:
    items = document.get("items")
    return items if isinstance(items, list) else []
