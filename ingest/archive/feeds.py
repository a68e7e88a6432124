"""The feeds of an archive: found by their addresses, made, brought up to date, moved."""

from typing import Any

from sqlite_utils import Database

from ingest.base.models import CleanFeed
from ingest.base.plain_text import without_surrogates
from ingest.base.urls import feed_key

# Of `feeds`, what a document says of its feed, but for the title, over which the owner's goes.
FEED_COLUMNS = ("site_url", "description", "icon_url", "language", "format")
_UPDATE = f"""
UPDATE feeds SET
    title = coalesce(own_title, iif(:latest, :title, title), title, :title),
    {", ".join(f"{name} = coalesce(iif(:latest, :{name}, {name}), {name}, :{name})" for name in FEED_COLUMNS)}
WHERE id = :id
"""  # noqa: S608


def find_feed(db: Database, url: str) -> int | None:
    """The feed that has this address, in whichever spelling, or else had it before it moved."""
    url = without_surrogates(url)
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


def insert_feed(
    db: Database,
    url: str,
    now: str,
    state: str = "active",
    title: str | None = None,
    site_url: str | None = None,
) -> int:
    """Its id. Title and site stand until a document says them."""
    feed_id = db.execute(
        "INSERT INTO feeds (url, url_key, state, added, title, site_url) VALUES (?, ?, ?, ?, ?, ?)",
        (url, feed_key(url), state, now, title, site_url),
    ).lastrowid
    assert feed_id is not None
    return feed_id


def save_feed(db: Database, feed: CleanFeed, url: str, now: str, state: str, live: bool) -> int:
    """The id of the feed at `url`, which is made, in this state, or brought up to date.

    A document that is silent on something takes nothing away, and one that is older than what is there only adds.
    """
    feed_id = find_feed(db, url)
    if feed_id is None:
        feed_id = insert_feed(db, url, now, state)
    db.execute("UPDATE feeds SET added = :now WHERE id = :id AND added > :now", {"id": feed_id, "now": now})
    values = {name: getattr(feed, name) for name in ("title", *FEED_COLUMNS)}
    latest = live or _is_latest(db, feed_id, feed, now)
    db.execute(_UPDATE, {**values, "id": feed_id, "latest": latest})
    return feed_id


def _is_latest(db: Database, feed_id: int, feed: CleanFeed, now: str) -> bool:
    """Whether a saved document is none from before what the archive has of its feed: by its newest entry, and where
    that is the same, by when it was captured."""
    stored = db.execute(
        "SELECT date, last_seen FROM entries WHERE feed = ? ORDER BY date DESC, id LIMIT 1", (feed_id,)
    ).fetchone()
    newest = max((entry.published or entry.updated or now for entry in feed.entries), default=now)
    return stored is None or (newest, now) >= stored


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
