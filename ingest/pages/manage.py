"""The page to manage feeds: all of them, those that fail first, and what the owner may change of one."""

import sqlite3
from dataclasses import dataclass
from itertools import groupby

from ingest.archive.names import FEED_NAME
from ingest.pages.rows import value_of

SHOWN = 100  # feeds on a page
_GROUPS = ("Failing", "Gone for good", "Active", "Paused")


@dataclass(frozen=True)
class Settings:
    id: int
    name: str
    title: str | None  # the feed's, or the owner's where there is one
    own_title: str | None
    folder: str | None
    state: str
    note: str | None
    url: str


@dataclass(frozen=True)
class ManagedFeed:
    """A feed in the owner's list. Times as in ingest.base.models."""

    id: int
    name: str
    on_the_web: bool  # else there is only what was imported from files
    folder: str | None
    state: str
    failures: int
    failing_since: str | None
    last_error: str | None
    next_poll: str | None


@dataclass(frozen=True)
class FeedGroup:
    """The feeds under one heading, such as “Failing”: those of this page, and the number on all pages."""

    title: str
    count: int
    feeds: tuple[ManagedFeed, ...]


@dataclass(frozen=True)
class ManagedFeeds:
    """A page of the feeds. `count` is of all pages."""

    groups: tuple[FeedGroup, ...]
    count: int
    page: int

    @property
    def has_more(self) -> bool:
        return self.page * SHOWN < self.count


def load_settings(connection: sqlite3.Connection, feed_id: int) -> Settings | None:
    row = connection.execute(
        f"""
        SELECT id, {FEED_NAME}, title, own_title, folder, state, note, url
        FROM feeds WHERE id = ?
        """,
        [feed_id],
    ).fetchone()
    return value_of(Settings, row) if row else None


def load_managed_feeds(connection: sqlite3.Connection, page: int = 1, named: str = "") -> ManagedFeeds:
    """A page of the feeds, or of those whose name or address has `named` in it."""
    rows = connection.execute(
        f"""
        WITH listed AS (
            SELECT id, {FEED_NAME} AS name, url GLOB 'http*' AS on_the_web, folder, state, failures, failing_since,
                last_error, next_poll, CASE
                    WHEN state = 'active' AND failures > 0 THEN 0
                    WHEN state = 'gone' THEN 1
                    WHEN state = 'active' THEN 2
                    ELSE 3
                END AS place
            FROM feeds WHERE instr(lower({FEED_NAME} || char(10) || url), lower(:named))
        )
        SELECT listed.*, count(*) OVER (PARTITION BY place), count(*) OVER () FROM listed
        ORDER BY place, name COLLATE NOCASE, id LIMIT :shown OFFSET :before
        """,
        {"named": named, "shown": SHOWN, "before": (page - 1) * SHOWN},
    ).fetchall()
    groups = tuple(
        FeedGroup(_GROUPS[place], count, tuple(value_of(ManagedFeed, row[:-3]) for row in of_it))
        for (place, count), of_it in groupby(rows, key=lambda row: row[-3:-1])
    )
    return ManagedFeeds(groups, rows[0][-1] if rows else 0, page)
