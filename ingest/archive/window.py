"""The window of a feed: the entries of its last fetched document, and of the last in which some lie between others."""

import json
from collections.abc import Collection

from sqlite_utils import Database

from ingest.archive.documents.same_entries import SaidEntry
from ingest.archive.identity.guids import Stored
from ingest.base.models import FIRST_READER


def last_window(db: Database, feed_id: int, reader: int) -> dict[int, str]:
    """The ids of the entries in the window of a feed that `reader` found there, with their dates.

    A document in which none lies between others, such as one with a single entry, takes nothing out of it. Those that
    are not dated themselves are left out: when they were seen does not tell where they stood. What another version of
    the reading found, and this one does not find in the next, need not be gone.
    """
    rows = db.execute(
        """
        SELECT entries.id, entries.date FROM entries JOIN feeds ON feeds.id = entries.feed
        LEFT JOIN entry_documents ON entry_documents.entry = entries.id
        WHERE feeds.id = :feed AND entries.last_seen IN (feeds.last_document, feeds.window_document)
            AND coalesce(entry_documents.reader, :first_reader) = :reader
            AND date_from IN ('published', 'updated')
        """,
        {"feed": feed_id, "first_reader": FIRST_READER, "reader": reader},
    )
    return dict(rows.fetchall())


def window_of_others(db: Database, feed_id: int, reader: int) -> list[SaidEntry]:
    """The entries in the last fetched document of a feed that another version of the reading than `reader` found."""
    rows = db.execute(
        """
        SELECT entries.guid, entries.url, entries.title, entries.published, entries.fingerprint,
            (SELECT json_group_array(guid) FROM (SELECT guid FROM entry_aliases WHERE entry = entries.id ORDER BY id))
        FROM entries JOIN feeds ON feeds.id = entries.feed
        LEFT JOIN entry_documents ON entry_documents.entry = entries.id
        WHERE feeds.id = :feed AND entries.last_seen = feeds.last_document
            AND coalesce(entry_documents.reader, :first_reader) != :reader
        ORDER BY entries.id
        """,
        {"feed": feed_id, "first_reader": FIRST_READER, "reader": reader},
    )
    return [
        SaidEntry(guid, Stored(*said), fingerprint, is_first=False, aliases=tuple(json.loads(aliases)))
        for guid, *said, fingerprint, aliases in rows
    ]


# Entries of the feed's last fetched documents keep the time that says so.
_SEEN_THEN = """
UPDATE entries SET last_seen = :at WHERE id IN (SELECT value FROM json_each(:ids)) AND last_seen < :at
    AND NOT EXISTS (
        SELECT 1 FROM feeds WHERE id = entries.feed AND entries.last_seen IN (last_document, window_document)
    )
"""
_SEEN_BEFORE_REMOVED = """
UPDATE removals SET last_seen = :at
WHERE entry IN (SELECT value FROM json_each(:ids)) AND last_seen < :at AND removed > :at
"""


def mark_seen_then(db: Database, ids: Collection[int], at: str) -> None:
    """Store that these entries were in a document of the time `at`, which need not be the latest."""
    values = {"ids": json.dumps([*ids]), "at": at}
    db.execute(_SEEN_THEN, values)
    db.execute(_SEEN_BEFORE_REMOVED, values)


def mark_seen(db: Database, feed_id: int, ids: Collection[int], now: str) -> None:
    """Make these the entries of the feed's last document, which was fetched at `now`."""
    db.conn.executemany(
        "UPDATE entries SET last_seen = ? WHERE id = ?", [(now, entry_id) for entry_id in ids]
    )
    db.execute("UPDATE feeds SET last_document = ? WHERE id = ?", (now, feed_id))
