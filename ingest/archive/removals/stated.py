"""The deletions that a feed's documents state: kept, since documents from before may be saved after them."""

import json
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlite_utils import Database

from ingest.archive.removals.tombstones import Tombstone


class StatedDeletion(NamedTuple):
    """A deletion, and when a document first stated it. What came after `until` was published again."""

    tombstone: Tombstone
    seen: str
    until: str


def store_stated(
    db: Database, feed_id: int, tombstones: Iterable[Tombstone], at: str, is_timed: bool
) -> None:
    """Store what a document of the time `at` states. A file has no time of its own: only the deletion's counts."""
    db.conn.executemany(
        """
        INSERT INTO tombstones (feed, guid, deleted, seen, until) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (feed, guid, deleted) DO UPDATE SET seen = excluded.seen, until = excluded.until
        WHERE excluded.seen < seen
        """,
        [(feed_id, one.guid, one.at, at, at if is_timed else one.at) for one in tombstones],
    )


def stated_of(db: Database, feed_id: int, guids: Collection[str]) -> dict[str, StatedDeletion]:
    """The latest deletion of each of these guids that is stored, by guid."""
    rows = db.execute(
        """
        SELECT guid, deleted, seen, until FROM tombstones
        WHERE feed = :feed AND guid IN (SELECT value FROM json_each(:guids)) ORDER BY deleted
        """,
        {"feed": feed_id, "guids": json.dumps([*guids])},
    )
    return {guid: StatedDeletion(Tombstone(guid, deleted), *then) for guid, deleted, *then in rows}
