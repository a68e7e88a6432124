"""What a version of an entry says beside its text: media, credits, its source, numbers; in words, for its history."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from ingest.pages.media import clock
from ingest.pages.rows import text_of

_ENTRY = """
SELECT duration, season, episode, license, external_url, published_text, latitude, longitude, contents.summary_text
FROM entries LEFT JOIN contents ON contents.entry = entries.id WHERE entries.id = ?
"""
_SOURCE = "SELECT title, url FROM sources WHERE id = (SELECT source FROM entries WHERE id = ?)"
_MEDIA = """
SELECT kind, url, title, description, credit, start, duration FROM media WHERE entry = ? ORDER BY id
"""
_CREDITS = "SELECT name, role FROM entry_credits JOIN authors ON authors.id = author WHERE entry = ?"
_LABELS = {
    "season": "Season",
    "episode": "Episode",
    "license": "Licence",
    "external_url": "About",
    "published_text": "Published, in its words",
}


def said_beside(connection: sqlite3.Connection, id: int) -> dict[str, Any]:
    """What the present version of an entry says, by the names that revisions have; {} in an older archive."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry_credits'").fetchone() is None:
        return {}
    said = next(iter(_rows(connection, _ENTRY, id)), {})
    source = next(iter(_rows(connection, _SOURCE, id)), None)
    media, credits_of_it = (_rows(connection, query, id) for query in (_MEDIA, _CREDITS))
    return {**said, "source": source, "media": media, "credits": credits_of_it}


def _rows(connection: sqlite3.Connection, query: str, id: int) -> list[dict[str, Any]]:
    cursor = connection.execute(query, [id])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def lines_beside(other: Mapping[str, Any]) -> dict[str, list[str]]:
    """The same in lines, by label, as far as it is known, of what a revision or `said_beside` has."""
    lines = {"Duration": _lines([other["duration"]], clock)} if "duration" in other else {}
    lines |= {
        label: _lines([other[name]], _number_or_text) for name, label in _LABELS.items() if name in other
    }
    if "latitude" in other and "longitude" in other:
        lines["Place"] = _lines([other["latitude"]], lambda north: f"{north}, {other['longitude']}")
    if "source" in other:
        lines["Source"] = _lines([other["source"]], lambda one: _first(one, "title", "url"))
    if "credits" in other:
        lines["Credits"] = sorted(
            _lines(other["credits"], lambda one: f"{text_of(one.get('name'))} ({text_of(one.get('role'))})")
        )
    if "media" in other:
        lines["Media"] = _lines(other["media"], _medium)
    return lines


def _lines(values: Any, words: Any) -> list[str]:
    """What is not as we write it, as in an archive that another program changed, is passed over."""
    found = []
    for value in values if isinstance(values, list) else []:
        if value is not None:
            try:
                found.append(words(value))
            except (AttributeError, TypeError, KeyError, ValueError):
                continue
    return found


def _number_or_text(value: Any) -> str:
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _first(value: Mapping[str, Any], *names: str) -> str:
    return next((text_of(value.get(name)) for name in names if value.get(name)), "")


def _medium(one: Mapping[str, Any]) -> str:
    """Such as "image: https://example.org/1.png, A harbour", and "chapter: 3:15, Two digits"."""
    said = [text_of(one.get(name)) for name in ("url", "title", "description", "credit") if one.get(name)]
    start, long = ([clock(one[name])] if one.get(name) is not None else [] for name in ("start", "duration"))
    return f"{text_of(one.get('kind'))}: {', '.join([*start, *said, *long])}"
