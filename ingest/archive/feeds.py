"""The feeds of an archive."""

from typing import Any

from sqlite_utils import Database

from ingest.base.plain_text import whole
from ingest.base.urls import feed_key


def find_feed(db: Database, url: str) -> int | None:
    """The feed that has this address, in whichever spelling, or else had it before it moved."""
    url = whole(url)
    rows = db.execute(
        """
        SELECT id FROM (
            SELECT id, url != :url AS rank FROM feeds WHERE url = :url OR url_key = :key
            UNION ALL
            SELECT feed, 2 FROM feed_addresses WHERE url_key = :key
        ) ORDER BY rank, id LIMIT 1
        """,
        {"url": url, "key": feed_key(url)},
    ).fetchall()
    return int(rows[0][0]) if rows else None


def move_feed(db: Database, feed_id: int, to: str, now: str) -> None:
    """Have the feed at its new address from now on, and remember the old one."""
    [(old,)] = db.execute("SELECT url FROM feeds WHERE id = ?", (feed_id,)).fetchall()
    db.execute(
        "INSERT OR REPLACE INTO feed_addresses (url, feed, until, url_key) VALUES (?, ?, ?, ?)",
        (old, feed_id, now, feed_key(old)),
    )
    db.execute("DELETE FROM feed_addresses WHERE url = ?", (to,))
    db.execute(
        "UPDATE feeds SET url = ?, url_key = ?, moving_to = NULL, moving_polls = 0 WHERE id = ?",
        (to, feed_key(to), feed_id),
    )


def list_feeds(db: Database) -> list[dict[str, Any]]:
    """All feeds, with how many entries each has and the date of the newest, in the order of their titles."""
    return list(
        db.query(
            """
            SELECT feeds.*,
                (SELECT count(*) FROM entries WHERE feed = feeds.id) AS entries,
                (SELECT max(date) FROM entries WHERE feed = feeds.id) AS last_entry
            FROM feeds ORDER BY coalesce(title, url) COLLATE NOCASE, id
            """
        )
    )
