"""The feeds of an archive."""

from typing import Any

from sqlite_utils import Database


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
