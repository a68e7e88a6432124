"""Feeds: find them by address, insert, update, move and list them."""

import re
from typing import Any

from sqlite_utils import Database

from ingest.archive.saving.beside import fill_extra_of_feed, store_extra
from ingest.base.models import CleanFeed, DateOrder
from ingest.base.plain_text import without_surrogates
from ingest.base.urls import feed_key, folderless_feed

# The columns of `feeds` that come from its document, without `title`, for which the owner's takes precedence.
FEED_COLUMNS = ("site_url", "description", "icon_url", "language", "format")
_UPDATE = f"""
UPDATE feeds SET
    date_order = coalesce(:date_order, date_order),
    title = coalesce(own_title, iif(:latest, :title, title), title, :title),
    {", ".join(f"{name} = coalesce(iif(:latest, :{name}, {name}), {name}, :{name})" for name in FEED_COLUMNS)}
WHERE id = :id
"""  # noqa: S608


def find_feed(db: Database, url: str) -> int | None:
    """The id of the feed with this address (compared by `feed_key`), or else of one that had it before it moved.

    A file's feed may be known by its address without folders, as documents have it.
    """
    url = without_surrogates(url)
    rows = db.execute(
        """
        SELECT id FROM (
            SELECT id, url != :url AS rank FROM feeds WHERE url = :url OR url_key = :key
            UNION ALL
            SELECT feed, 2 FROM feed_addresses WHERE url_key = :key
            UNION ALL
            SELECT id, 3 FROM feeds WHERE url = :folderless
        ) ORDER BY rank, id LIMIT 1
        """,
        {"url": url, "key": feed_key(url), "folderless": folderless_feed(url)},
    ).fetchall()
    return int(rows[0][0]) if rows else None


def feed_of_name(db: Database, name: str) -> int | None:
    """The id of the feed that a person named by its number or address; None where there is none."""
    name = name.strip()
    number = int(name) if re.fullmatch("[0-9]{1,18}", name) else find_feed(db, name)
    found = db.execute("SELECT id FROM feeds WHERE id = ?", (number,)).fetchone()
    return int(found[0]) if found else None


def order_to_read_in(db: Database, feed_id: int | None, feed: CleanFeed) -> DateOrder | None:
    """The order of a stored feed's dates, where its document was read in another: it is to be read again in this.

    None where there is none. What the document proves wrong is read as before then.
    """
    if feed_id is None or feed.date_order is None:
        return None
    rows = db.execute("SELECT date_order FROM feeds WHERE id = ?", (feed_id,)).fetchall()
    kept: DateOrder | None = rows[0][0] if rows else None
    return kept if kept != feed.date_order else None


def feed_address(db: Database, feed_id: int) -> str:
    [(url,)] = db.execute("SELECT url FROM feeds WHERE id = ?", (feed_id,)).fetchall()
    return str(url)


def secret_reference(db: Database, feed_id: int | None) -> str | None:
    """Where the feed's password or token is; None where it has none, or there is no such feed."""
    found = db.execute("SELECT secret FROM feeds WHERE id = ?", (feed_id,)).fetchone()
    return str(found[0]) if found and found[0] else None


def insert_feed(
    db: Database,
    url: str,
    now: str,
    state: str = "active",
    title: str | None = None,
    site_url: str | None = None,
) -> int:
    """Insert a feed and return its id. `title` and `site_url` are used until a document has them.

    A number that leads to the feed that another became part of is given to none.
    """
    feed_id = db.execute(
        """
        INSERT INTO feeds (id, url, url_key, state, added, title, site_url)
        VALUES (
            (SELECT 1 + max(
                coalesce((SELECT max(id) FROM feeds), 0), coalesce((SELECT max(id) FROM former_feeds), 0)
            )),
            ?, ?, ?, ?, ?, ?
        )
        """,
        (url, feed_key(url), state, now, title, site_url),
    ).lastrowid
    assert feed_id is not None
    return feed_id


def save_feed(db: Database, feed: CleanFeed, url: str, now: str, state: str, live: bool) -> int:
    """Insert the feed at `url` in this state, or update it, and return its id.

    What the document does not say stays as it is. One that is older than the stored entries only fills in what is
    missing.
    """
    feed_id = find_feed(db, url)
    if feed_id is None:
        feed_id = insert_feed(db, url, now, state)
    elif folderless_feed(url) != url:  # now that its folders are known
        db.execute(
            "UPDATE feeds SET url = ?, url_key = ? WHERE id = ? AND url = ?",
            (url, feed_key(url), feed_id, folderless_feed(url)),
        )
    added_earlier(db, feed_id, now)
    update_feed(db, feed_id, feed, now, live)
    return feed_id


def added_earlier(db: Database, feed_id: int, now: str) -> None:
    """Move `added` back to `now`, the time of a document."""
    db.execute("UPDATE feeds SET added = :now WHERE id = :id AND added > :now", {"id": feed_id, "now": now})


def update_feed(db: Database, feed_id: int, feed: CleanFeed, now: str, live: bool) -> None:
    """Update a feed from its document, as in `save_feed`."""
    values = {name: getattr(feed, name) for name in ("title", "date_order", *FEED_COLUMNS)}
    latest = live or _is_latest(db, feed_id, feed, now)
    db.execute(_UPDATE, {**values, "id": feed_id, "latest": latest})
    if feed.extra and latest:
        store_extra(db, "feed", feed_id, feed.extra)
    elif feed.extra:
        fill_extra_of_feed(db, feed_id, feed.extra)


def _is_latest(db: Database, feed_id: int, feed: CleanFeed, now: str) -> bool:
    """Whether a saved document is no older than what is stored: by its newest entry, then by when it was captured."""
    stored = db.execute(
        "SELECT date, last_seen FROM entries WHERE feed = ? ORDER BY date DESC, id LIMIT 1", (feed_id,)
    ).fetchone()
    newest = max((entry.published or entry.updated or now for entry in feed.entries), default=now)
    return stored is None or (newest, now) >= stored


def move_feed(db: Database, feed_id: int, to: str, now: str) -> None:
    """Change the feed's address, and keep the old one in feed_addresses."""
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
