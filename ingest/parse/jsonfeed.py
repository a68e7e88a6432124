"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/): from the text of a document to a Feed.

Nothing is certain to be of the type that the specification says, so each value is asked for by type.
"""

import html
import json
import math
import re
from typing import Any

from ingest.base.clock import from_rfc3339
from ingest.base.models import Enclosure, Entry, Feed
from ingest.parse.common import derived_guid, kept_before_damage, language
from ingest.parse.text_to_html import as_html

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(1)(\.\d)?")

_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_COMMA_TOO_MANY = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\Z))|,(?=\s*+[}\]])', re.DOTALL)


_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[{}\[\]]', re.DOTALL)
_DEEPEST = 100
_MOST_DIGITS = 100  # of a number that is one: Python refuses to read thousands


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) and len(digits) <= _MOST_DIGITS else digits


# What is no number that can be calculated with is a text: it may be an id. NaN and Infinity are no JSON.
_DECODER = json.JSONDecoder(strict=False, parse_int=_int, parse_float=_float, parse_constant=str)


def is_json_feed(text: str) -> bool:
    """Whether a text begins as JSON Feed does, even if it stops in the middle."""
    ends = text[:100_000] + text[-1000:]
    return text.startswith("{") and bool(_VERSION.search(ends.replace("\\/", "/")))


def parse_json_feed(text: str) -> Feed:
    """The feed of a text that is_json_feed. Raises ValueError where it is broken from the start."""
    document, items, broken = _read(text)
    version = _VERSION.match(_text(document, "version") or "")
    authors = _authors(document)
    entries = [
        _entry(item, authors, language(document.get("language"))) for item in items if isinstance(item, dict)
    ]
    hubs = [hub for hub in _list(document, "hubs") if isinstance(hub, dict)]
    return Feed(
        format="json1" + ((version and version[2]) or ".0"),
        url=_text(document, "feed_url"),
        title=_title(document),
        site_url=_text(document, "home_page_url"),
        description=html.escape(_text(document, "description") or "", quote=False),
        icon_url=_text(document, "icon") or _text(document, "favicon"),
        language=language(document.get("language")),
        hub_url=next((url for hub in hubs if (url := _text(hub, "url"))), None),
        entries=tuple(entries),
        damage=_damage(len(entries), len(items) - len(entries), broken),
    )


def _damage(kept: int, others: int, broken: str | None) -> str | None:
    if broken:
        return f"{broken}. {kept_before_damage(kept)}"
    if others:
        return f"{others:,} of its {kept + others:,} items are no JSON objects and were left out. The rest was kept."
    return None


def _read(text: str) -> tuple[dict[str, Any], list[Any], str | None]:
    """The document without its items, the items, and where it is broken, in which case they are what stands before."""
    try:
        document = _DECODER.decode(_COMMA_TOO_MANY.sub(r"\1", text))
        return document, _list(document, "items"), None
    except RecursionError:
        return _read(_without_depths(text))
    except ValueError as error:
        return *_read_truncated(text), _where(error)


def _without_depths(text: str) -> str:
    """JSON with null in the place of what is nested more deeply than feeds are: Python reads it by recursion."""
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
    """As far as it goes: member by member, item by item."""
    document: dict[str, Any] = {}
    items: list[Any] = []
    place = 1
    try:
        while True:
            key, place = _DECODER.raw_decode(text, _next(text, place))
            place = _next(text, place)
            if key == "items" and text[place : place + 1] == "[":
                place += 1
                while text[_next(text, place)] != "]":
                    item, place = _DECODER.raw_decode(text, _next(text, place))
                    items.append(item)
                place = _next(text, place) + 1
            else:
                document[str(key)], place = _DECODER.raw_decode(text, place)
    except (ValueError, IndexError, RecursionError):
        return document, items


def _next(text: str, place: int) -> int:
    """Where the next value begins, past the marks between."""
    while text[place] in " \t\r\n,:":
        place += 1
    return place


def _entry(item: dict[str, Any], feed_authors: tuple[str, ...], feed_language: str | None) -> Entry:
    url = _text(item, "url") or _text(item, "external_url")
    title = _title(item)
    body = _text(item, "content_html") or as_html(_text(item, "content_text") or "")
    summary = as_html(_text(item, "summary") or "")
    published, updated = from_rfc3339(item.get("date_published")), from_rfc3339(item.get("date_modified"))
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
        image_url=_text(item, "image") or _text(item, "banner_image"),
        language=language(item.get("language")) or feed_language,
    )


def _title(of: dict[str, Any]) -> str:
    """A title as markup. It is plain text by the specification; publishers write references of HTML's even so."""
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
    """A string, or a number as one: publishers write ids so."""
    value = of.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None


def _list(of: Any, name: str) -> list[Any]:
    value = of.get(name) if isinstance(of, dict) else None
    return value if isinstance(value, list) else []
