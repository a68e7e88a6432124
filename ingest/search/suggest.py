"""Autocompletion of the search box: operators, and names that the archive has."""

import re
import sqlite3
from dataclasses import dataclass

from ingest.search.operators import OPERATORS
from ingest.search.parse import MAX_CHARACTERS
from ingest.search.terms import Term

MOST_SUGGESTIONS = 8
# The word at the end, also behind a parenthesis: a sign, perhaps an operator, and a value, perhaps with an open quote.
_LAST = re.compile(
    r'(?:^|(?<=[\s(]))(?P<sign>-?)(?:(?P<name>[A-Za-z]+):=?)?(?:"(?P<quoted>[^"]{0,100})|(?P<bare>(?!\()[^\s"]{0,100}))$'
)
_LONGEST = 120  # characters of that


@dataclass(frozen=True)
class Suggestion:
    """`text` is the whole query as it would be, `label` the part that is new, `hint` a word on it."""

    text: str
    label: str
    hint: str


def suggest(connection: sqlite3.Connection, text: str) -> tuple[Suggestion, ...]:
    """Completions of the last word of a query, likeliest first; at most MOST_SUGGESTIONS."""
    tail = text[-_LONGEST:]
    last = _LAST.search(tail)
    if len(text) > MAX_CHARACTERS or last is None:
        return ()
    before = text[: len(text) - len(tail) + last.start()]
    if before.count('"') % 2:  # within a phrase
        return ()
    value = last["bare"] if last["quoted"] is None else last["quoted"]
    if last["name"] is None:
        parts = _for_word(connection, last["sign"], value) if last["quoted"] is None else []
    else:
        parts = _for_operator(connection, last["sign"], last["name"].lower(), value)
    parts = [part for part in parts if part[0] != last[0]]
    return tuple(Suggestion(before + label, label.strip(), hint) for label, hint in parts[:MOST_SUGGESTIONS])


def _for_word(connection: sqlite3.Connection, sign: str, word: str) -> list[tuple[str, str]]:
    """Operators that start with the word, and names with a word that does."""
    if not word:
        return []
    found = [
        (f"{sign}{operator.name}:", operator.meaning)
        for operator in OPERATORS.values()
        if operator.name.startswith(word.lower())
    ]
    if len(word) > 1:
        for operator in sorted(OPERATORS.values(), key=lambda operator: -operator.names_for_a_word):
            most = operator.names_for_a_word
            names = operator.names(connection, word)[:most] if most else ()
            found += [(_typed(operator, name, sign), operator.name) for name in names]
    return found


def _for_operator(connection: sqlite3.Connection, sign: str, name: str, value: str) -> list[tuple[str, str]]:
    operator = OPERATORS.get(name)
    if operator is None:
        return []
    return [(_typed(operator, found, sign), "") for found in operator.names(connection, value)]


def _typed(operator: type[Term], value: str, sign: str) -> str:
    return operator(value, negated=bool(sign)).typed() + " "
