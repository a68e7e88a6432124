"""The icons of feeds: which are to be fetched, and what was received."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

from ingest.archive.file.opening import transaction


@dataclass(frozen=True)
class IconWanted:
    """A feed whose icon is to be fetched: where it may be is told by its addresses."""

    feed: int
    feed_url: str
    site_url: str | None
    icon_url: str | None
    allow_private: bool


@dataclass(frozen=True)
class FetchedIcon:
    """A picture as it was received. `type` is told by its bytes."""

    url: str
    type: str
    bytes: bytes


def icons_wanted(
    db: Database, before: str, most: int, feeds: Collection[int] | None = None
) -> list[IconWanted]:
    """The feeds, or those of them, whose icon was last looked for before that, or never; at most so many.

    One that fails, or was not polled yet, is left alone.
    """
    rows = db.execute(
        """
        SELECT id, feeds.url, site_url, icon_url, allow_private
        FROM feeds LEFT JOIN icons ON icons.feed = feeds.id
        WHERE state = 'active' AND failures = 0 AND last_polled IS NOT NULL
            AND (fetched IS NULL OR fetched < :before)
            AND (:feeds IS NULL OR id IN (SELECT value FROM json_each(:feeds)))
        ORDER BY fetched, id LIMIT :most
        """,
        {"before": before, "most": most, "feeds": None if feeds is None else json.dumps([*feeds])},
    )
    return [
        IconWanted(feed, url, site_url, icon_url, bool(private))
        for feed, url, site_url, icon_url, private in rows.fetchall()
    ]


def save_icon(db: Database, feed_id: int, icon: FetchedIcon | None, now: str) -> None:
    """Save what was found; where that is nothing, one that was found before stays."""
    found = (icon.url, icon.type, icon.bytes) if icon else (None, None, None)
    with transaction(db):
        db.execute(
            """
            INSERT INTO icons (feed, url, type, bytes, fetched)
            SELECT id, ?, ?, ?, ? FROM feeds WHERE id = ?
            ON CONFLICT (feed) DO UPDATE SET
                url = coalesce(excluded.url, url), type = coalesce(excluded.type, type),
                bytes = coalesce(excluded.bytes, bytes), fetched = excluded.fetched
            """,
            (*found, now, feed_id),
        )
