"""When the template of a feed's texts changed in all entries of a document at once, which is no edit of any."""

import sqlite3
from dataclasses import dataclass, field

from ingest.archive.edits.seen_in_html import words_of_html
from ingest.archive.edits.templates import TemplateChange
from ingest.pages.tables import has_table
from ingest.pages.word_diff import Piece, compare

_MOST = 10
_LONGEST = 200  # characters of what came in

_COLUMNS = """
SELECT id, at, json_array_length(entries), document, head_before, head_after, tail_before, tail_after
FROM template_changes
"""
_LATEST = f"ORDER BY at DESC, id DESC LIMIT {_MOST}"
_OF_ENTRY = """
WHERE feed = (SELECT feed FROM entries WHERE id = :entry) AND EXISTS (
    SELECT 1 FROM json_each(template_changes.entries)
    WHERE value = :entry OR value IN (SELECT id FROM former_entries WHERE entry = :entry)
)
"""


@dataclass(frozen=True)
class ShownTemplateChange:
    """A change, in how many entries, and the words that came in with it; none where its markup alone changed.

    `document` is the one that it came with, as far as that was kept.
    """

    id: int
    at: str
    entries: int
    words: str
    document: int | None = field(default=None, compare=False)
    change: TemplateChange = field(default=TemplateChange("", "", "", ""), compare=False)


def load_template_changes(connection: sqlite3.Connection, entry: int) -> tuple[ShownTemplateChange, ...]:
    """Those of an entry, the latest first, and of what was merged into it."""
    return _load(connection, _OF_ENTRY, {"entry": entry})


def template_changed(connection: sqlite3.Connection, entry: int, since: str, until: str) -> str | None:
    """When the template of an entry changed first while a version of it was there."""
    times = (change.at for change in load_template_changes(connection, entry))
    return min((at for at in times if since <= at < until), default=None)


def template_changes_of_feed(connection: sqlite3.Connection, feed: int) -> tuple[ShownTemplateChange, ...]:
    return _load(connection, "WHERE feed = :feed", {"feed": feed})


def _load(
    connection: sqlite3.Connection, condition: str, values: dict[str, int]
) -> tuple[ShownTemplateChange, ...]:
    if not has_table(connection, "template_changes"):
        return ()
    rows = connection.execute(f"{_COLUMNS} {condition} {_LATEST}", values)
    return tuple(
        ShownTemplateChange(
            number, at, entries, _new_words(TemplateChange(*parts)), document, TemplateChange(*parts)
        )
        for number, at, entries, document, *parts in rows
    )


def _new_words(change: TemplateChange) -> str:
    before, after = f"{change.head_before}\n{change.tail_before}", f"{change.head_after}\n{change.tail_after}"
    old, new = map(_words, (before, after))
    pieces = compare(old, new) or (Piece("new", new),)
    words = " … ".join(piece.text.strip() for piece in pieces if piece.change == "new")
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _words(html: str) -> str:
    """Its words; the places of an entry's own address and title in it are left open."""
    text = words_of_html(html.replace("{url}", "").replace("{title}", "…"))
    return " ".join(text.split())
