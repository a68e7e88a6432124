"""Insert the new entries of a document: each table in one go, and the full-text index last.

FTS5 gathers words in memory and writes them when any statement begins that has triggers or may fail half-way: a trigger
for each row would have it write for each row. So the trigger rests meanwhile (migration 17), which a row of `settings`
says that no other connection ever sees.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlite_utils import Database

from ingest.archive.changes import entry_date
from ingest.archive.columns import ENTRY_COLUMNS, entry_values
from ingest.archive.saving.beside import source_id
from ingest.archive.saving.lists import insert_lists
from ingest.archive.saving.rows import insert_rows
from ingest.base.cjk import index_text
from ingest.base.models import CleanEntry, Source

_COLUMNS = (
    "id", "feed", "guid", "first_seen", "last_seen", "date", "date_from", "year", "month", "source", "comments",
    *ENTRY_COLUMNS,
)  # fmt: skip
# By the index of keys: most links of an archive have no target. Where two entries had an address already, each link to
# it leads to one of them, which may be as many as a feed has entries: those to its site's page.
_RESOLVE = """
UPDATE links SET target = (
    SELECT min(id) FROM entries WHERE url_key = links.url_key AND id >= :first AND id != links.entry
)
WHERE +target IS NULL AND url_key IN (
    SELECT url_key FROM entries AS new WHERE id >= :first
        AND (SELECT count(*) FROM (SELECT 1 FROM entries WHERE url_key = new.url_key AND id < :first LIMIT 2)) < 2
)
"""
_INDEX = "INSERT INTO entries_fts (rowid, title, author, text) VALUES (?, ?, ?, ?)"


def insert_entries(
    db: Database, feed_id: int, entries: Sequence[CleanEntry], now: str, document_date: str | None
) -> list[int]:
    """Insert entries that were first seen at `now`, in a document with this date of its own, and return their ids.

    No two have the same guid, and none is stored. Within a transaction.
    """
    if not entries:
        return []
    first = next_entry_id(db)
    ids = list(range(first, first + len(entries)))
    sources = _source_ids(db, entries)
    rows = [
        (entry_id, feed_id, entry.guid, now, now, *_row(entry, sources, now, document_date))
        for entry_id, entry in zip(ids, entries, strict=True)
    ]
    insert_rows(db, "entries", _COLUMNS, rows)
    with _triggers_at_rest(db):
        _insert_contents(db, ids, entries)
    db.execute(_RESOLVE, {"first": first})
    insert_lists(db, list(zip(ids, entries, strict=True)))
    db.conn.executemany(_INDEX, map(_index_row, ids, entries))
    return ids


def next_entry_id(db: Database) -> int:
    """An id that no entry has or had: no other connection writes within this transaction."""
    query = """
    SELECT 1 + max(coalesce((SELECT max(id) FROM entries), 0), coalesce((SELECT max(id) FROM former_entries), 0))
    """
    [(following,)] = db.execute(query).fetchall()
    return int(following)


def _row(
    entry: CleanEntry, sources: Mapping[Source, int], now: str, document_date: str | None
) -> tuple[Any, ...]:
    """The values of the columns behind `last_seen`; the year and month of a date that the entry gives itself."""
    date, date_from = entry_date(entry.published, entry.updated, document_date, now, now)
    dated = date_from in ("published", "updated")
    year, month = (date[:4], date[:7]) if dated else (None, None)
    source = sources[entry.source] if entry.source else None
    return date, date_from, year, month, source, entry.comments, *entry_values(entry)


def _source_ids(db: Database, entries: Sequence[CleanEntry]) -> dict[Source, int]:
    """Each once, in the order in which each was named last, since the title that is said last counts."""
    named = dict.fromkeys(entry.source for entry in reversed(entries) if entry.source)
    return {source: source_id(db, source) for source in reversed(named)}


def _insert_contents(db: Database, ids: Sequence[int], entries: Sequence[CleanEntry]) -> None:
    db.conn.executemany(  # so that SQLite copies the bodies of one at a time
        "INSERT INTO contents (entry, html, text, summary, summary_text) VALUES (?, ?, ?, ?, ?)",
        [
            (entry_id, entry.html, entry.text, entry.summary or None, entry.summary_text or None)
            for entry_id, entry in zip(ids, entries, strict=True)
        ],
    )
    db.conn.executemany(
        "INSERT INTO extra (entry, json, left_out) VALUES (?, ?, ?)",
        [
            (entry_id, entry.extra.json, entry.extra.left_out)
            for entry_id, entry in zip(ids, entries, strict=True)
            if entry.extra
        ],
    )


@contextmanager
def _triggers_at_rest(db: Database) -> Iterator[None]:
    """In the block, contents are inserted without being indexed."""
    db.execute("INSERT INTO settings (name, value) VALUES ('indexes_later', '')")
    try:
        yield
    finally:
        db.execute("DELETE FROM settings WHERE name = 'indexes_later'")


def _index_row(entry_id: int, entry: CleanEntry) -> tuple[int, str | None, str | None, str]:
    """What the index has of an entry: the same as the view `entries_text`."""
    text = f"{entry.summary_text}\n{entry.text}" if entry.summary_text else entry.text
    return entry_id, _indexed(entry.title), _indexed(entry.author), index_text(text)


def _indexed(text: str | None) -> str | None:
    return None if text is None else index_text(text)
