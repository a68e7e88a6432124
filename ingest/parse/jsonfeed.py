"""Parse JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/).

Values may be of any type, whatever the specification says, so each is type-checked.
"""

import html
import json
import math
import re
from typing import Any

from ingest.base.models import DateOrder, Enclosure, Entry, Feed
from ingest.parse.common import derived_guid, kept_before_damage, language
from ingest.parse.dates.order import date_order
from ingest.parse.dates.read import read_date
from ingest.parse.text_to_html import as_html

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(1)(\.\d)?")

_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
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


def is_json_feed(text: str) -> bool:
    """Whether a text is JSON Feed by its "version", even if it is truncated."""
    ends = text[:100_000] + text[-1000:]
    return text.startswith("{") and bool(_VERSION.search(ends.replace("\\/", "/")))


def parse_json_feed(text: str, kept_order: DateOrder | None = None) -> Feed:
    """The feed of a text that is_json_feed. Where that is broken, `Feed.damage` says so.

    `kept_order` is that of dates such as 06/01/2025 in the feed's earlier documents.
    """
    document, items, broken = _read(text)
    version = _VERSION.match(_text(document, "version") or "")
    authors = _authors(document)
    objects = [item for item in items if isinstance(item, dict)]
    dates = (_text(item, name) or "" for item in objects for name in ("date_published", "date_modified"))
    spoken = language(document.get("language"))
    order = date_order(dates, spoken, kept_order)
    entries = [_entry(item, authors, spoken, order) for item in objects]
    hubs = [hub for hub in _list(document, "hubs") if isinstance(hub, dict)]
    return Feed(
        format="json1" + ((version and version[2]) or ".0"),
        url=_text(document, "feed_url"),
        title=_title(document),
        site_url=_text(document, "home_page_url"),
        description=html.escape(_text(document, "description") or "", quote=False),
        icon_url=_text(document, "icon") or _text(document, "favicon"),
        language=spoken,
        hub_url=next((url for hub in hubs if (url := _text(hub, "url"))), None),
        entries=tuple(entries),
        date_order=order,
        damage=_damage(len(entries), len(items) - len(entries), broken),
    )


def _damage(kept: int, others: int, broken: str | None) -> str | None:
    if broken:
        return f"{broken}. {kept_before_damage(kept)}"
    if others:
        return f"{others:,} of its {kept + others:,} items are no JSON objects and were left out. The rest was kept."
    return None


def _read(text: str) -> tuple[dict[str, Any], list[Any], str | None]:
    """The document, its items, and where it is broken: then both have only what stands before that."""
    try:
        document = _DECODER.decode(_TRAILING_COMMA.sub(r"\1", text))
        return document, _list(document, "items"), None
    except RecursionError:
        return _read(_without_depths(text))
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


def _entry(
    item: dict[str, Any], feed_authors: tuple[str, ...], feed_language: str | None, order: DateOrder | None
) -> Entry:
    url = _text(item, "url") or _text(item, "external_url")
    title = _title(item)
    body = _text(item, "content_html") or as_html(_text(item, "content_text") or "")
    summary = as_html(_text(item, "summary") or "")
    words = _text(item, "date_published")
    published, updated = (read_date(date or "", order) for date in (words, _text(item, "date_modified")))
    guid = _text(item, "id")
    return Entry(
        guid=guid or derived_guid(url, title, published or updated, body or summary),
        guid_derived=not guid,
        url=url,
        title=title,
        html=body or summary,
        summary=summary if body else "",
        authors=_authors(item) or feed_authors,
        tags=tuple(tag.strip() for tag in _list(item, "tags") if isinstance(tag, str) and tag.strip()),
        enclosures=tuple(
            enclosure for attached in _list(item, "attachments") if (enclosure := _enclosure(attached))
        ),
        published=published,
        updated=updated,
        published_text=None if published else words,
        image_url=_text(item, "image") or _text(item, "banner_image"),
        language=language(item.get("language")) or feed_language,
    )


def _title(of: dict[str, Any]) -> str:
    """A title as HTML. By the specification it is plain text, but publishers write HTML character references in it."""
    title = _REFERENCE.sub(lambda reference: html.unescape(reference[0]), _text(of, "title") or "")
    return html.escape(title, quote=False)


def _authors(of: dict[str, Any]) -> tuple[str, ...]:
    people = [person for person in [*_list(of, "authors"), of.get("author")] if isinstance(person, dict)]
    names = [_text(person, "name") or _text(person, "url") for person in people]
    return tuple(dict.fromkeys(name for name in names if name))


def _enclosure(attached: Any) -> Enclosure | None:
    if not isinstance(attached, dict) or not (url := _text(attached, "url")):
        return None
    size = attached.get("size_in_bytes")
    length = int(size) if isinstance(size, int | float) and 0 < size < 2**53 else None
    return Enclosure(url, _text(attached, "mime_type"), length)


def _text(of: dict[str, Any], name: str) -> str | None:
    """A string; also of a number, as which some publishers write ids."""
    value = of.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None


def _list(of: Any, name: str) -> list[Any]:
    value = of.get(name) if isinstance(of, dict) else None
    return value if isinstance(value, list) else []
