"""Names that the archive has, for suggestions and examples."""

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

MOST_NAMES = 8
_LOOKED_AT = 200  # names that match, at most, of which the most used are returned …
_COUNTED = 1000  # … by their entries, counted up to this
_LATEST = 500  # entries, in which the commonest name is looked for


def joined_names(connection: sqlite3.Connection, kind: str, begin: str) -> Sequence[str]:
    """Names of authors or tags with a word that starts with `begin`, the most used first."""
    rows = connection.execute(
        f"""
        SELECT name FROM (SELECT id, name FROM {kind}s WHERE {_like("name")} LIMIT {_LOOKED_AT})
        ORDER BY (
            SELECT count(*) FROM (SELECT 1 FROM entry_{kind}s WHERE {kind} = id LIMIT {_COUNTED})
        ) DESC, name LIMIT {MOST_NAMES}
        """,
        _patterns(begin),
    )
    return [stored_text(name) for (name,) in rows]


def feed_titles(connection: sqlite3.Connection, begin: str) -> Sequence[str]:
    """Titles of feeds with a word that starts with `begin`."""
    return _distinct(connection, "feeds", "title", begin)


def source_titles(connection: sqlite3.Connection, begin: str) -> Sequence[str]:
    """Titles of sources of aggregated entries with a word that starts with `begin`."""
    return _distinct(connection, "sources", "title", begin)


def folder_names(connection: sqlite3.Connection, begin: str) -> Sequence[str]:
    """Folders of feeds with a word that starts with `begin`."""
    return _distinct(connection, "feeds", "folder", begin)


def _distinct(connection: sqlite3.Connection, table: str, column: str, begin: str) -> Sequence[str]:
    rows = connection.execute(
        f"""
        SELECT DISTINCT {column} FROM {table} WHERE {column} != '' AND {_like(column)}
        ORDER BY {column} LIMIT {MOST_NAMES}
        """,
        _patterns(begin),
    )
    return [stored_text(value) for (value,) in rows]


def distinct_values(connection: sqlite3.Connection, table: str, column: str, begin: str) -> Sequence[str]:
    """The first values of an indexed column that start with `begin`: one index seek each, instead of a scan."""
    found: list[str] = []
    step = f"SELECT min({column}) FROM {table} WHERE {column} "
    value = connection.execute(f"{step} >= ? AND {column} != ''", [begin]).fetchone()[0]
    while value is not None and value.startswith(begin) and len(found) < MOST_NAMES:
        found.append(value)
        value = connection.execute(f"{step} > ?", [value]).fetchone()[0]
    return found


def common_name(connection: sqlite3.Connection, kind: str) -> Sequence[str]:
    """The commonest author or tag of the latest entries; none where they have none."""
    rows = connection.execute(
        f"""
        SELECT name FROM (
            SELECT {kind}, count(*) AS n FROM entry_{kind}s
            WHERE entry IN (SELECT id FROM entries ORDER BY date DESC LIMIT {_LATEST})
            GROUP BY {kind} ORDER BY n DESC LIMIT 1
        ) JOIN {kind}s ON {kind}s.id = {kind}
        """
    )
    return [stored_text(name) for (name,) in rows]


def first_feed_title(connection: sqlite3.Connection) -> Sequence[str]:
    """The title of the first feed that has one."""
    rows = connection.execute("SELECT title FROM feeds WHERE title != '' ORDER BY id LIMIT 1")
    return [stored_text(title) for (title,) in rows]


def _patterns(begin: str) -> dict[str, str]:
    """LIKE patterns for names with a word that starts with `begin`. SQLite's LIKE folds the case of ASCII alone."""
    escaped = escaped_like(begin.strip())
    other = escaped.capitalize() if escaped[:1].islower() else escaped.lower()
    return {"a": f"{escaped}%", "b": f"% {escaped}%", "c": f"{other}%", "d": f"% {other}%"}


def _like(column: str) -> str:
    return "(" + " OR ".join(f"{column} LIKE :{name} ESCAPE '\\'" for name in "abcd") + ")"


def escaped_like(value: str) -> str:
    """The text with the wildcards of LIKE escaped, for a pattern with ESCAPE '\\'."""
    return re.sub(r"([\\%_])", r"\\\1", value)


def stored_text(value: Any) -> str:
    """A value as text: another program may have stored a number or bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
