"""Two entries of a feed that are one, for the owner to find, look at and merge."""

import re
import sqlite3
from dataclasses import dataclass

from ingest.archive.names import FEED_NAME
from ingest.base.urls import is_web_url, url_key
from ingest.pages.rows import value_of
from ingest.pages.tables import edits_table
from ingest.search.hits import result_ids
from ingest.search.parse import parse_query

_MOST_FOUND = 20


@dataclass(frozen=True)
class MergeSide:
    """One of two entries that may be one."""

    id: int
    feed_id: int
    feed: str  # its title, or its address
    title: str | None
    excerpt: str | None
    guid: str
    url: str | None
    published: str | None
    first_seen: str
    last_seen: str
    words: int
    earlier: int  # versions before the present one

    @property
    def called(self) -> str:
        return self.title or (self.excerpt or "")[:80] or "Without a title"


def load_merge_side(connection: sqlite3.Connection, id: int) -> MergeSide | None:
    row = connection.execute(
        f"""
        SELECT entries.id, feed, {FEED_NAME}, entries.title, excerpt, guid, entries.url, published, first_seen,
            last_seen, words, (SELECT count(*) FROM {edits_table(connection)} WHERE entry = entries.id)
        FROM entries JOIN feeds ON feeds.id = feed WHERE entries.id = ?
        """,
        [id],
    ).fetchone()
    return value_of(MergeSide, row) if row else None


def find_to_merge(connection: sqlite3.Connection, entry: MergeSide, typed: str) -> tuple[MergeSide, ...]:
    """The entries that may be meant by a number, an address or words; by nothing, those of the feed like this one."""
    typed = typed.strip()
    number = re.fullmatch(r"[0-9]{1,18}", typed) or re.fullmatch(
        r"(?:https?://.*)?/entry/([0-9]{1,18})", typed
    )
    if number:
        ids = [int(number[number.lastindex or 0])]
    elif is_web_url(typed):
        ids = _of_address(connection, entry, typed)
    elif typed:
        ids = _of_words(connection, entry, typed)
    else:
        own = _of_address(connection, entry, entry.url) if entry.url else []
        ids = [
            *own,
            *_of_words(connection, entry, f'"{entry.title.replace(chr(34), " ")}"' if entry.title else ""),
        ]
    sides = (load_merge_side(connection, id) for id in dict.fromkeys(ids) if id != entry.id)
    return tuple(side for side in sides if side)[:_MOST_FOUND]


def _of_address(connection: sqlite3.Connection, entry: MergeSide, url: str) -> list[int]:
    rows = connection.execute(
        "SELECT id FROM entries WHERE url_key = ? AND +feed = ? ORDER BY id LIMIT ?",
        [url_key(url), entry.feed_id, _MOST_FOUND + 1],
    )
    return [id for (id,) in rows]


def _of_words(connection: sqlite3.Connection, entry: MergeSide, words: str) -> list[int]:
    if not words:
        return []
    query = parse_query(f"feed:{entry.feed_id} {words}")
    return [*result_ids(connection, query, "relevance", _MOST_FOUND + 1)]
