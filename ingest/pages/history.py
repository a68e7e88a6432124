"""What an entry said before it was edited, version by version, and what each edit changed, word by word."""

import re
import sqlite3
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from ingest.pages.entry import Entry, load_entry

SQL = """
SELECT NULL AS revision, coalesce((SELECT max(replaced) FROM revisions WHERE entry = entries.id), first_seen) AS seen,
    NULL AS replaced, title, author, url, text
FROM entries LEFT JOIN contents ON contents.entry = entries.id WHERE entries.id = {id}
UNION ALL
SELECT id, seen, replaced, title, author, url, text FROM revisions WHERE entry = {id}
ORDER BY seen DESC, revision DESC NULLS FIRST LIMIT {versions}
""".strip()

MOST_VERSIONS = 50
MOST_WORDS = 12_000  # of both texts together, that are compared word by word; beyond that, line by line
MOST_LINES = 4_000
CONTEXT = 25  # words that are shown around a change
_PIECE = re.compile(r"\s*\S+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")

Change = Literal["same", "gone", "new", "gap"]


@dataclass(frozen=True)
class Piece:
    """A part of a comparison. A gap stands for what is the same and not shown."""

    change: Change
    text: str


@dataclass(frozen=True)
class Version:
    """An entry as it was from `seen` until `replaced` (None: the present one), and how it differs from the one before.

    `pieces` is None where the texts are too long to be compared, or nothing of them is kept.
    """

    revision: int | None
    seen: str
    replaced: str | None
    title: str | None
    former_title: str | None
    author: str | None
    url: str | None
    words: int
    is_first: bool
    pieces: tuple[Piece, ...] | None

    @property
    def changed_text(self) -> bool:
        return bool(self.pieces) and any(piece.change != "same" for piece in self.pieces or ())


@dataclass(frozen=True)
class History:
    entry: Entry
    versions: tuple[Version, ...]  # the present one first
    more: int  # earlier ones that are not shown

    @property
    def sql(self) -> str:
        """The versions that are shown, the present one first, as one SELECT."""
        return SQL.format(id=self.entry.id, versions=len(self.versions))


def load_history(connection: sqlite3.Connection, id: int) -> History | None:
    """The versions of an entry, newest first; None where there is no such entry."""
    entry = load_entry(connection, id)
    if entry is None:
        return None
    [(count,)] = connection.execute("SELECT count(*) FROM revisions WHERE entry = ?", [id])
    rows = connection.execute(
        """
        SELECT id, seen, replaced, title, author, url, coalesce(text, '') FROM revisions WHERE entry = ?
        ORDER BY seen DESC, id DESC LIMIT ?
        """,
        [id, MOST_VERSIONS],
    ).fetchall()
    text = connection.execute("SELECT text FROM contents WHERE entry = ?", [id]).fetchone()
    since = rows[0][2] if rows else entry.first_seen
    present = (None, since, None, entry.title, entry.author, entry.url, text[0] if text else "")
    states = [present, *(tuple(row) for row in rows)]
    versions = []
    for state, former in zip(states, [*states[1:], None], strict=True):
        number, seen, replaced, title, author, url, now = state
        pieces = compare(former[6], now) if former else None
        versions.append(
            Version(
                number,
                seen,
                replaced,
                title,
                former[3] if former else None,
                author,
                url,
                len(now.split()),
                former is None,
                pieces,
            )
        )
    return History(entry, tuple(versions), count - len(rows))


def compare(before: str, after: str) -> tuple[Piece, ...] | None:
    """What one text has that another has not: by words, by lines where they are long, None where they are too long.

    Bounded: what they begin and end with in common is set aside first.
    """
    for pattern, most in ((_PIECE, MOST_WORDS), (_LINE, MOST_LINES)):
        old, new = pattern.findall(before), pattern.findall(after)
        start = _common(old, new)
        end = _common(old[start:][::-1], new[start:][::-1])
        middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
        if len(middle_old) + len(middle_new) <= most:
            changes = _changes(middle_old, middle_new)
            tail = new[len(new) - end :] if end else []
            return tuple(_shortened([("same", new[:start]), *changes, ("same", tail)]))
    return None


def _common(one: list[str], other: list[str]) -> int:
    for i, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return i
    return min(len(one), len(other))


def _changes(old: list[str], new: list[str]) -> list[tuple[Change, list[str]]]:
    changes: list[tuple[Change, list[str]]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=True).get_opcodes():
        if tag == "equal":
            changes.append(("same", new[k:m]))
            continue
        changes += [("gone", old[i:j])] if j > i else []
        changes += [("new", new[k:m])] if m > k else []
    return changes


def _shortened(changes: list[tuple[Change, list[str]]]) -> list[Piece]:
    """The changes as text, with CONTEXT words of what stayed the same on either side."""
    pieces: list[Piece] = []
    last = len(changes) - 1
    for i, (change, words) in enumerate(changes):
        if change != "same" or len(words) <= 2 * CONTEXT:
            pieces += [Piece(change, "".join(words))] if words else []
            continue
        if i > 0:
            pieces.append(Piece("same", "".join(words[:CONTEXT])))
        pieces.append(Piece("gap", ""))
        if i < last:
            pieces.append(Piece("same", "".join(words[-CONTEXT:])))
    return pieces
