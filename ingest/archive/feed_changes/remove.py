"""Remove a feed from the archive, with all that came from it. The bytes of its documents stay where they are kept."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from ingest.archive.file.opening import transaction
from ingest.archive.names import FEED_NAME

_BATCH = 200  # entries in a transaction, so that who polls meanwhile need not wait long


@dataclass(frozen=True)
class FeedHoldings:
    """What the archive has of a feed, and would lose with it. `documents` are those whose bytes are kept: they stay."""

    id: int
    name: str
    url: str
    entries: int
    revisions: int
    documents: int


def feed_holdings(connection: sqlite3.Connection, feed_id: int) -> FeedHoldings | None:
    """What the archive has of a feed; None where there is no such feed."""
    row = connection.execute(
        f"""
        SELECT id, {FEED_NAME}, url,
            (SELECT count(*) FROM entries WHERE feed = feeds.id),
            (SELECT count(*) FROM revisions JOIN entries ON entries.id = entry WHERE feed = feeds.id),
            (SELECT count(*) FROM documents WHERE feed = feeds.id AND file IS NOT NULL)
        FROM feeds WHERE id = ?
        """,  # noqa: S608
        (feed_id,),
    ).fetchone()
    return FeedHoldings(row[0], str(row[1]), str(row[2]), *row[3:]) if row else None


def remove_feed(db: Database, feed_id: int) -> Iterator[int]:
    """Remove a feed and its entries; how many entries are gone by each step. One that is stopped can be done again.

    It is paused first, so that no poll brings back what is gone already. Links of other feeds' entries to its entries
    stay, and lead to their addresses again.
    """
    with transaction(db):
        db.execute("UPDATE feeds SET state = 'paused', next_poll = NULL WHERE id = ?", (feed_id,))
    while gone := _remove_some(db, feed_id):
        yield gone
    with transaction(db):  # with what a poll that had begun before may have brought
        db.execute("DELETE FROM feeds WHERE id = ?", (feed_id,))


def _remove_some(db: Database, feed_id: int) -> int:
    with transaction(db):
        cursor = db.execute(
            "DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE feed = ? LIMIT ?)",
            (feed_id, _BATCH),
        )
    return cursor.rowcount
