"""What an entry is one with, and what would come out of it where the owner splits it."""

import sqlite3
from dataclasses import dataclass

from ingest.base.plain_text import shortened
from ingest.pages.rows import value_of
from ingest.pages.tables import has_table, whole_revisions

_MOST_ALIASES = 200
_BEGINNING = 2000  # characters of a text, of which the first words are shown
_FIRST_WORDS = 160  # characters


@dataclass(frozen=True)
class OtherName:
    """A guid under which an entry came beside its own, by which rule that was found, and what entry had it before."""

    id: int
    guid: str
    former: int | None
    rule: str
    at: str


@dataclass(frozen=True)
class SplitPart:
    """What its feed said last of an entry under another guid. `words` are the first of its text."""

    name: OtherName
    title: str | None
    date: str
    words: str

    @property
    def called(self) -> str:
        return self.title or self.words[:80] or "Without a title"


def load_split_parts(connection: sqlite3.Connection, id: int) -> tuple[SplitPart, ...]:
    """What an entry is known as beside its own guid. Those that were split are entries of their own."""
    return tuple(_part(connection, id, name) for name in load_other_names(connection, id))


def load_other_names(connection: sqlite3.Connection, id: int) -> tuple[OtherName, ...]:
    if not has_table(connection, "entry_aliases"):
        return ()
    rows = connection.execute(
        """
        SELECT id, guid, former_entry, rule, at FROM entry_aliases
        WHERE entry = ? AND rule != 'split' ORDER BY id LIMIT ?
        """,
        [id, _MOST_ALIASES],
    )
    return tuple(value_of(OtherName, row) for row in rows)


def _part(connection: sqlite3.Connection, id: int, name: OtherName) -> SplitPart:
    row = _last_version(connection, id, name.guid)
    if row is None and name.former is not None:
        row = _as_merged(connection, name.former)
    title, date, words = row or _now(connection, id)
    return SplitPart(name, title, date or name.at, shortened(" ".join((words or "").split()), _FIRST_WORDS))


_Row = tuple[str | None, str | None, str | None]


def _last_version(connection: sqlite3.Connection, id: int, guid: str) -> _Row | None:
    if whole_revisions(connection) != "versions":
        return None
    row = connection.execute(
        """
        SELECT versions.title, coalesce(json_extract(other, '$.published'), published, seen), substr(text, 1, ?)
        FROM versions JOIN entries ON entries.id = versions.entry
        WHERE versions.entry = ? AND versions.guid = ? AND kind IN ('present', 'edit')
        ORDER BY replaced IS NULL DESC, seen DESC, versions.id DESC LIMIT 1
        """,
        [_BEGINNING, id, guid],
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None


def _as_merged(connection: sqlite3.Connection, former: int) -> _Row | None:
    """What an entry was when it was merged."""
    row = connection.execute(
        """
        SELECT json_extract(former, '$.entries[0].title'), json_extract(former, '$.entries[0].date'),
            substr(json_extract(former, '$.contents[0].text'), 1, ?)
        FROM former_entries WHERE id = ?
        """,
        [_BEGINNING, former],
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None


def _now(connection: sqlite3.Connection, id: int) -> _Row:
    """What the entry itself says: its feed says the same under both."""
    row = connection.execute(
        """
        SELECT title, date, substr(text, 1, ?) FROM entries LEFT JOIN contents ON contents.entry = entries.id
        WHERE entries.id = ?
        """,
        [_BEGINNING, id],
    ).fetchone()
    return (row[0], row[1], row[2]) if row else (None, None, None)
