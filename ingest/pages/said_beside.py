"""What a version of an entry says beside its text: media, credits, its source, numbers; in words, for its history."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from ingest.pages.rows import text_of

_MEDIA = ("kind", "url", "type", "title", "description", "credit", "language", "start", "duration")
_SELECT = f"""
SELECT duration, season, episode, license, external_url, published_text, latitude, longitude,
    contents.summary_text,
    (SELECT json_object('title', title, 'url', url) FROM sources WHERE sources.id = entries.source) AS source,
    (
        SELECT json_group_array(json_object({", ".join(f"'{name}', {name}" for name in _MEDIA)}))
        FROM (SELECT * FROM media WHERE entry = entries.id ORDER BY id)
    ) AS media,
    (
        SELECT json_group_array(json_object('name', name, 'role', role))
        FROM entry_credits JOIN authors ON authors.id = author WHERE entry = entries.id
    ) AS credits
FROM entries LEFT JOIN contents ON contents.entry = entries.id WHERE entries.id = ?
"""
_LISTS = ("source", "media", "credits")
_LABELS = {
    "duration": "Seconds",
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
    cursor = connection.execute(_SELECT, [id])
    row = cursor.fetchone()
    said = dict(zip((column[0] for column in cursor.description), row or (), strict=False))
    return {name: json.loads(value) if name in _LISTS and value else value for name, value in said.items()}


def lines_beside(other: Mapping[str, Any]) -> dict[str, list[str]]:
    """The same in lines, by label, as far as it is known, of what a revision or `said_beside` has."""
    lines = {
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
            except (AttributeError, TypeError, KeyError):
                continue
    return found


def _number_or_text(value: Any) -> str:
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _first(value: Mapping[str, Any], *names: str) -> str:
    return next((text_of(value.get(name)) for name in names if value.get(name)), "")


def _medium(one: Mapping[str, Any]) -> str:
    """Such as "image: https://example.org/1.png, A harbour"."""
    said = [text_of(one.get(name)) for name in ("url", "title", "description", "credit") if one.get(name)]
    times = [f"{_number_or_text(one[name])} s" for name in ("start", "duration") if one.get(name) is not None]
    return f"{text_of(one.get('kind'))}: {', '.join([*said, *times])}"
