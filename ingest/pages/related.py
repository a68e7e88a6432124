"""Related entries, by the words that are frequent in an entry and rare in the archive (as in tf-idf)."""

import re
import sqlite3
from collections import Counter
from math import log

from ingest.base.cjk import is_unspaced
from ingest.pages.rows import text_of
from ingest.search.terms import fts_string

MOST_RELATED = 6  # related entries
_CANDIDATES = 24  # frequent words of an entry whose document frequency is looked up
_WORDS = 7  # of these, which are then searched for
_COMMON = 3000  # entries; a word of more says little, and would cost much
_READ = 40_000  # characters of a text
# Not the commands of formulas: \mathcal.
_WORD = re.compile(r"(?<![\w\\])[^\W\d_][\w'’-]{3,30}")
_CHARACTERS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
_EMPTY = frozenset(
    "about above after again against also although always another because been before being below between both came"
    " cannot could does doing don't down during each either else enough even every from further have having here into"
    " it's just know like likely made make makes many maybe might more most much must need never only other over"
    " people perhaps quite rather really same should since some something still such than that that's their them then"
    " there these they thing things think this those though through time under until very want well were what when"
    " where whether which while will with within without would your yours".split()
)


def related(connection: sqlite3.Connection, id: int) -> list[int]:
    """The numbers of up to six entries that share characteristic words with one, the most similar first.

    The work is bounded, however long the text and large the archive: at most 7 words, each of at most 3,000 entries.
    """
    row = connection.execute(
        "SELECT entries.title, substr(contents.text, 1, ?) FROM entries JOIN contents ON contents.entry = entries.id"
        " WHERE entries.id = ?",
        [_READ, id],
    ).fetchone()
    if row is None:
        return []
    words = characteristic_words(connection, text_of(row[0]), text_of(row[1]))
    if not words:
        return []
    found = connection.execute(
        "SELECT rowid FROM entries_fts WHERE entries_fts MATCH ? AND rowid != ? ORDER BY rank LIMIT ?",
        [" OR ".join(fts_string(word) for word in words), id, MOST_RELATED],
    )
    return [number for (number,) in found]


def characteristic_words(connection: sqlite3.Connection, title: str, text: str) -> list[str]:
    """The words of a text with the highest tf-idf, at most seven; those of its title count four times."""
    counts = Counter(_words(text))
    for word in _words(title):
        counts[word] += 4
    weights = {}
    for word, count in counts.most_common(_CANDIDATES):
        entries = _entries_with(connection, word)
        if 1 < entries < _COMMON:
            weights[word] = (1 + log(count)) / log(1 + entries)
    return sorted(weights, key=weights.__getitem__, reverse=True)[:_WORDS]


def _words(text: str) -> list[str]:
    words = [word for word in (found[0].lower() for found in _WORD.finditer(text)) if not is_unspaced(word)]
    pairs = [run[0][i : i + 2] for run in _CHARACTERS.finditer(text) for i in range(len(run[0]) - 1)]
    return [word for word in words if word not in _EMPTY] + pairs


def _entries_with(connection: sqlite3.Connection, word: str) -> int:
    [(count,)] = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM entries_fts WHERE entries_fts MATCH ? LIMIT ?)",
        [fts_string(word), _COMMON],
    )
    return int(count)
