"""Titles and snippets of hits, with the matches marked."""

import json
import re
import sqlite3

from ingest.base.cjk import is_unspaced, unspaced
from ingest.search.sql import Sql
from ingest.search.terms import Query

Parts = tuple[tuple[str, bool], ...]  # pieces of plain text, each with whether it is a match

# Put around a match by highlight() and snippet(): control characters, which texts do not hold.
HIT_STARTS, HIT_ENDS = "\x02", "\x03"


def marked_parts(
    connection: sqlite3.Connection, query: Query, sql: Sql, ids: list[int]
) -> dict[int, tuple[Parts, Parts]]:
    """Title and snippet of each entry, by id, with the matches marked."""
    words = [term for term in query.terms if term.is_text and not term.negated]
    if not words:
        return {}
    characters = any(is_unspaced(term.value) for term in words)
    # The + keeps FTS5 from looking for each id on its own, for which it would expand a prefix every time.
    rows = connection.execute(
        """
        SELECT rowid, highlight(entries_fts, 0, :hit, :end), snippet(entries_fts, 2, :hit, :end, '…', :tokens)
        FROM entries_fts WHERE entries_fts MATCH :match AND +rowid IN (SELECT value FROM json_each(:ids))
        """,
        {
            "match": sql.match or " OR ".join(term.phrase() for term in words),
            "ids": json.dumps(ids),
            "hit": HIT_STARTS,
            "end": HIT_ENDS,
            "tokens": 60 if characters else 30,  # a character is a token where there are no spaces
        },
    )
    return {id: (parts_of(title), parts_of(text)) for id, title, text in rows}


def parts_of(marked: str | None) -> Parts:
    """A marked text in its pieces. Neighbouring hits are one: 機械, not 機 and 械."""
    pieces: list[tuple[str, bool]] = []
    hit = False
    for piece in re.split(f"([{HIT_STARTS}{HIT_ENDS}])", unspaced(marked or "")):
        if piece in (HIT_STARTS, HIT_ENDS):
            hit = piece == HIT_STARTS
        elif piece and pieces and pieces[-1][1] == hit:
            pieces[-1] = (pieces[-1][0] + piece, hit)
        elif piece:
            pieces.append((piece, hit))
    return tuple(pieces)
