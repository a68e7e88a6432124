"""A full-text index in memory that splits texts into words as that of the archive does, to mark matches in them."""

import sqlite3
from collections.abc import Mapping
from typing import Literal

# Put around a match: control characters, which texts do not hold.
HIT_STARTS, HIT_ENDS = "\x02", "\x03"
Column = Literal["title", "text"]
_COLUMNS = ("title", "author", "text")


def index_in_memory() -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:")
    memory.execute(
        """
        CREATE VIRTUAL TABLE texts USING fts5 (title, author, text, tokenize='porter unicode61 remove_diacritics 2')
        """
    )
    return memory


def mark_matches(
    memory: sqlite3.Connection, phrases: str, column: Column, texts: Mapping[int, str]
) -> dict[int, str]:
    """Those of the texts that match an expression of FTS5, with marks around each match."""
    memory.execute("DELETE FROM texts")
    memory.executemany(
        f"INSERT INTO texts (rowid, {column}) VALUES (?, ?)",  # noqa: S608
        list(texts.items()),
    )
    marked = memory.execute(
        "SELECT rowid, highlight(texts, ?, ?, ?) FROM texts WHERE texts MATCH ?",
        (_COLUMNS.index(column), HIT_STARTS, HIT_ENDS, phrases),
    )
    return dict(marked.fetchall())
