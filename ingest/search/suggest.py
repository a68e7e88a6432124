"""What one might be typing into the search box: operators, and names that the archive has."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.search.parse import CHOICES, FIELDS, MAX_CHARACTERS, Clause, Field, Query, Term, unparse

MOST = 8
_LOOKED_AT = 200  # names, of which those in most entries are offered …
_COUNTED = 1000  # … as far as this
_OPERATORS: dict[Field, str] = {
    "title": "words of the title",
    "author": "who wrote it",
    "feed": "a feed, by its title or number",
    "tag": "a tag",
    "before": "before a year, month or day",
    "after": "from a year, month or day on",
    "lang": "a language, such as en",
    "host": "links to a site",
    "has": "audio, video, image or math",
    "is": "edited or removed",
}
_FOR_WORDS: tuple[tuple[Field, int], ...] = (("tag", 4), ("author", 3), ("feed", 3))  # and how many of each
# The word at the end: a sign, perhaps an operator, and a value, perhaps with an open quotation mark.
_LAST = re.compile(
    r'(?:^|(?<=\s))(?P<sign>-?)(?:(?P<field>[A-Za-z]+):=?)?(?:"(?P<quoted>[^"]{0,100})|(?P<bare>[^\s"]{0,100}))$'
)
_LONGEST = 120  # characters of that


@dataclass(frozen=True)
class Suggestion:
    """`text` is the whole query as it would be, `label` the part that is new, `hint` a word on it."""

    text: str
    label: str
    hint: str


def suggest(connection: sqlite3.Connection, text: str) -> tuple[Suggestion, ...]:
    """What the last word of a query may become, likeliest first; at most MOST."""
    tail = text[-_LONGEST:]
    last = _LAST.search(tail)
    if len(text) > MAX_CHARACTERS or last is None:
        return ()
    before = text[: len(text) - len(tail) + last.start()]
    if before.count('"') % 2:  # within a phrase
        return ()
    value = last["bare"] if last["quoted"] is None else last["quoted"]
    if last["field"] is None:
        parts = _for_word(connection, last["sign"], value) if last["quoted"] is None else []
    else:
        parts = _for_operator(connection, last["sign"], last["field"].lower(), value)
    parts = [part for part in parts if part[0] != last[0]]
    return tuple(Suggestion(before + label, label.strip(), hint) for label, hint in parts[:MOST])


def _for_word(connection: sqlite3.Connection, sign: str, word: str) -> list[tuple[str, str]]:
    """Operators that begin so, and names in which a word does."""
    if not word:
        return []
    found = [
        (f"{sign}{field}:", says) for field, says in _OPERATORS.items() if field.startswith(word.lower())
    ]
    if len(word) > 1:
        for field, most in _FOR_WORDS:
            names = _NAMES[field](connection, word)[:most]
            found += [(_typed(field, name, sign), field) for name in names]
    return found


def _for_operator(connection: sqlite3.Connection, sign: str, field: str, value: str) -> list[tuple[str, str]]:
    if field in CHOICES:
        return [(f"{sign}{field}:{c} ", "") for c in CHOICES[field] if c.startswith(value.lower())]
    if field not in FIELDS or field not in _NAMES:
        return []
    return [(_typed(field, name, sign), "") for name in _NAMES[field](connection, value)]


def _typed(field: Field, value: str, sign: str) -> str:
    return unparse(Query((Clause((Term(value, field, negated=bool(sign)),)),))) + " "


def _patterns(value: str) -> dict[str, str]:
    """Patterns for names in which a word begins so. SQLite's LIKE knows the cases of ASCII alone."""
    escaped = re.sub(r"([\\%_])", r"\\\1", value.strip())
    other = escaped.capitalize() if escaped[:1].islower() else escaped.lower()
    return {"a": f"{escaped}%", "b": f"% {escaped}%", "c": f"{other}%", "d": f"% {other}%"}


def _like(column: str) -> str:
    return "(" + " OR ".join(f"{column} LIKE :{name} ESCAPE '\\'" for name in "abcd") + ")"


def _joined(field: str) -> Callable[[sqlite3.Connection, str], Sequence[str]]:
    def names(connection: sqlite3.Connection, value: str) -> Sequence[str]:
        rows = connection.execute(
            f"""
            SELECT name FROM (SELECT id, name FROM {field}s WHERE {_like("name")} LIMIT {_LOOKED_AT})
            ORDER BY (
                SELECT count(*) FROM (SELECT 1 FROM entry_{field}s WHERE {field} = id LIMIT {_COUNTED})
            ) DESC, name LIMIT {MOST}
            """,
            _patterns(value),
        )
        return [name for (name,) in rows]

    return names


def _feeds(connection: sqlite3.Connection, value: str) -> Sequence[str]:
    rows = connection.execute(
        f"SELECT DISTINCT title FROM feeds WHERE title != '' AND {_like('title')} ORDER BY title LIMIT {MOST}",
        _patterns(value),
    )
    return [title for (title,) in rows]


def _languages(connection: sqlite3.Connection, value: str) -> Sequence[str]:
    return _distinct(connection, "entries", "language", value)


def _hosts(connection: sqlite3.Connection, value: str) -> Sequence[str]:
    return _distinct(connection, "links", "host", value.lower())


def _distinct(connection: sqlite3.Connection, table: str, column: str, begin: str) -> Sequence[str]:
    """The first values of an indexed column that begin so, each found by a step in the index."""
    found: list[str] = []
    step = f"SELECT min({column}) FROM {table} WHERE {column} "
    value = connection.execute(f"{step} >= ? AND {column} != ''", [begin]).fetchone()[0]
    while value is not None and value.startswith(begin) and len(found) < MOST:
        found.append(value)
        value = connection.execute(f"{step} > ?", [value]).fetchone()[0]
    return found


_NAMES: dict[str, Callable[[sqlite3.Connection, str], Sequence[str]]] = {
    "tag": _joined("tag"),
    "author": _joined("author"),
    "feed": _feeds,
    "lang": _languages,
    "host": _hosts,
}
