"""The feeds that give their entries other guids again and again, by what entries were recognised."""

import sqlite3
from dataclasses import dataclass

from ingest.archive.names import FEED_NAME
from ingest.pages.rows import value_of
from ingest.pages.tables import has_table

# In three documents at least, and most entries in several of them.
_UNSTABLE = f"""
SELECT feeds.id, {FEED_NAME}, count(DISTINCT entry), count(*)
FROM entry_aliases JOIN feeds ON feeds.id = entry_aliases.feed
WHERE rule NOT IN ('merge', 'split') AND (:feed IS NULL OR feeds.id = :feed)
GROUP BY feeds.id HAVING count(DISTINCT at) >= 3 AND count(*) >= 2 * count(DISTINCT entry)
ORDER BY count(*) DESC LIMIT 100
"""


@dataclass(frozen=True)
class UnstableGuids:
    """A feed, how many of its entries came under several guids, and under how many beside their own."""

    id: int
    title: str
    entries: int
    aliases: int


def load_unstable_guids(connection: sqlite3.Connection, feed: int | None = None) -> tuple[UnstableGuids, ...]:
    """Of all feeds, or whether that one `feed` is such."""
    if not has_table(connection, "entry_aliases"):
        return ()
    return tuple(value_of(UnstableGuids, row) for row in connection.execute(_UNSTABLE, {"feed": feed}))
