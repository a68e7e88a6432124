"""Spelling suggestions (did you mean): for words that no entry has, or one, and many have in another spelling.

What two entries have is no mistake, however much more frequent a word like it is: kelvin, kevin.
"""

import json
import sqlite3
import unicodedata
from dataclasses import replace

from ingest.archive.index_in_memory import HIT_ENDS, HIT_STARTS
from ingest.base.cjk import expanded, is_unspaced
from ingest.search.snippets import marked_words
from ingest.search.sql import AnyConnection, connection_of
from ingest.search.terms import Query, Term, mapped
from ingest.search.unparse import unparse

BETTER = 10  # times as many entries must have the other spelling, or be found by it
_SURE = 6  # letters, from which on what one entry has may be a word with a letter left out, or two of them swapped
_MOST_WORDS = 5  # of a query that are checked
_MOST_CANDIDATES = 10  # spellings of a word whose accents are looked up …
_MOST_ENTRIES = 20  # … in so many entries
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "αβγδεζηθικλμνξοπρστυφχψω")


def did_you_mean(db: AnyConnection, query: Query) -> str | None:
    """The query with rare words replaced by far more frequent ones at edit distance 1; None where there are none.

    The full-text index is the dictionary. The work is bounded: at most 5 words, each of some 1,000 spellings.
    """
    connection = connection_of(db)
    left = _MOST_WORDS

    def spelled(term: Term) -> Term:
        nonlocal left
        if not left or not _is_correctable(term):
            return term
        left -= 1
        return _corrected(connection, term) or term

    corrected = replace(query, clauses=mapped(query.clauses, spelled))
    return unparse(corrected) if corrected != query else None


def _is_correctable(term: Term) -> bool:
    word = term.value
    return (
        term.is_text
        and not (term.negated or term.prefix)
        and 4 <= len(word) <= 20
        and word.isalpha()
        and not is_unspaced(word)
    )


def _corrected(connection: sqlite3.Connection, term: Term) -> Term | None:
    entries, word = _frequency(connection, term, most=2), term.value.lower()
    if entries > 1 or (entries and len(word) < _SURE):
        return None
    near = [other for other in spellings(word) if not entries or is_slip(word, other)]
    candidates = [replace(term, value=spelling) for spelling in near]
    rows = connection.execute(
        """
        SELECT key FROM json_each(:phrases)
        WHERE EXISTS (SELECT 1 FROM entries_fts WHERE entries_fts MATCH value)
        """,
        {"phrases": json.dumps([candidate.phrase() for candidate in candidates])},
    )
    known: list[Term] = [candidates[key] for (key,) in rows.fetchall()]
    counted = [(_frequency(connection, candidate), candidate) for candidate in known]
    least = BETTER * entries
    common = sorted((pair for pair in counted if pair[0] > least), key=lambda pair: -pair[0])
    for _, candidate in common[:_MOST_CANDIDATES]:
        written = _as_written(connection, candidate)
        if written:
            return replace(candidate, value=written)
    return None


def _frequency(connection: sqlite3.Connection, term: Term, most: int = 1000) -> int:
    """How many entries have it, counted to `most`."""
    [(count,)] = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM entries_fts WHERE entries_fts MATCH ? LIMIT ?)",
        (term.phrase(), most),
    )
    return int(count)


def _as_written(connection: sqlite3.Connection, term: Term) -> str | None:
    """The word with its accents. The index knows stems alone, so “alignant” is in it, wherever “alignment” is."""
    wanted = _without_accents(term.value)
    rows = connection.execute(
        """
        SELECT snippet(entries_fts, -1, :hit, :end, '', 30) FROM entries_fts WHERE entries_fts MATCH :match
        LIMIT :entries
        """,
        {"match": term.phrase(), "hit": HIT_STARTS, "end": HIT_ENDS, "entries": _MOST_ENTRIES},
    )
    words = (text.lower() for (marked,) in rows for text in marked_words(marked))
    return next((word for word in words if _without_accents(word) == wanted), None)


def _without_accents(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", expanded(word)) if not unicodedata.combining(c))


def is_slip(word: str, other: str) -> bool:
    """Whether a word is another one with a letter left out, or two swapped, behind the first."""
    alike = word[0] == other[0] and " " not in other
    return alike and (len(other) > len(word) or sorted(other) == sorted(word))


def spellings(word: str) -> list[str]:
    """All strings at edit distance 1: a letter inserted, deleted or replaced, two swapped, or a space inserted."""
    letters = next((alphabet for alphabet in _ALPHABETS if set(alphabet) & set(word)), "")
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = [f"{a} {b}" for a, b in parts[1:-1]]
    found += [a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1]
    found += [a + b[1:] for a, b in parts if b]
    found += [a + letter + b for a, b in parts for letter in letters]
    found += [a + letter + b[1:] for a, b in parts if b for letter in letters]
    return [spelling for spelling in dict.fromkeys(found) if spelling != word]
