"""Attributes and character references that mean what they say, as a parser would read them. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5

LONGEST_PIECE = 50_000  # characters, of a text or a tag's attributes
_MOST_ATTRIBUTES = 100
_SHORT = 100  # characters, of attributes that many tags have alike
_ATTRIBUTE = re.compile(r"""([a-zA-Z][a-zA-Z0-9_-]*+)(?:\s*+(=)\s*+(?:"([^"]*+)"|'([^']*+)'))?+""")
_REFERENCE = re.compile(r"&(?:#?[a-zA-Z0-9]++;?)?")
# Those that mean what they say: neither controls nor surrogates, nor characters that are none.
_USUAL_CODES = ((0x20, 0x7F), (0xA0, 0xD800), (0xE000, 0xFDD0), (0xFDF0, 0xFFFE), (0x10000, 0x1FFFE))


class TreeNeeded(Exception):
    """What the HTML means is not plain from its tags: it takes a parser."""


@lru_cache(maxsize=2048)
def _shared(written: str) -> dict[str, str | None]:
    return dict(_said(written))


def said_attributes(written: str) -> dict[str, str | None]:
    """The attributes of a start tag, of which the first of the same name counts. Callers leave them as they are."""
    return _shared(written) if len(written) < _SHORT else dict(_said(written))


def _said(written: str) -> Iterator[tuple[str, str | None]]:
    if len(written) > LONGEST_PIECE:
        raise TreeNeeded
    seen: set[str] = set()
    for name, equals, double, single in _ATTRIBUTE.findall(written):
        name = name.lower()
        if name in seen:
            continue
        seen.add(name)
        value = double or single
        if "&" in value:
            value = _REFERENCE.sub(_in_attribute, value)
        yield name, value if equals else None
    if len(seen) > _MOST_ATTRIBUTES:
        raise TreeNeeded


def with_characters(text: str) -> str:
    """A text with the characters for its references. Raises TreeNeeded."""
    return _REFERENCE.sub(lambda found: _in_text(found[0]), text)


@lru_cache(maxsize=2048)
def _in_text(reference: str) -> str:
    return reference if reference == "&" else _character(reference)


def _in_attribute(found: re.Match[str]) -> str:
    """As in text, but that a name without its semicolon may be that of a parameter (WHATWG HTML, 13.2.5.73)."""
    reference = found[0]
    if reference == "&":
        return "&"
    if reference[1] != "#":
        name = reference[1:]
        if not name.endswith(";"):
            if name in html5 and found.string[found.end() : found.end() + 1] != "=":
                raise TreeNeeded
            return reference
        if name not in html5:
            return reference
    return _character(reference)


def _character(reference: str) -> str:
    if not reference.endswith(";"):
        raise TreeNeeded
    name = reference[1:-1]
    if name[0] != "#":
        if f"{name};" not in html5:
            raise TreeNeeded
        return html5[f"{name};"]
    number = name[1:]
    if len(number) > 7:
        raise TreeNeeded
    try:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
    except ValueError:
        raise TreeNeeded from None
    if not any(first <= code < behind for first, behind in _USUAL_CODES):
        raise TreeNeeded
    return chr(code)
