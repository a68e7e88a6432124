"""The page to manage feeds: all of them, those that fail first, and what the owner may change of one."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from ingest.archive.names import FEED_NAME
from ingest.pages.rows import value_of

SHOWN = 100  # feeds on a page
IN_NO_FOLDER = " "  # as the folder that is asked for: one's name has no white space around it
_GROUPS = ("Failing", "Gone for good", "Active", "Paused")


@dataclass(frozen=True)
class WantedFeeds:
    """Which feeds the owner wants to see: those with `named` in name or address, and of one folder, with the folders in
    it, where it is given."""

    named: str = ""
    folder: str = ""
    by_folder: bool = False  # else by state

    @property
    def values(self) -> dict[str, str]:
        """As the parameters of an address."""
        given = {"named": self.named, "folder": self.folder, "by": "folder" if self.by_folder else ""}
        return {name: value for name, value in given.items() if value}


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

    @property
    def error(self) -> str | None:
        """What is wrong with it at present."""
        return self.last_error if self.failures or self.state == "gone" else None


@dataclass(frozen=True)
class FeedGroup:
    """The feeds under one heading, such as “Failing”: those of this page, and the number on all pages."""

    title: str
    count: int
    feeds: tuple[ManagedFeed, ...]
    folder: str = ""  # as it is asked for, where that is the heading

    @property
    def runs(self) -> Iterator[tuple[str | None, tuple[ManagedFeed, ...]]]:
        """The feeds, those together with which the same is wrong, and what that is where it is to be said once."""
        for error, alike in groupby(self.feeds, key=lambda feed: feed.error):
            feeds = tuple(alike)
            yield error if len(feeds) > 1 else None, feeds


@dataclass(frozen=True)
class ManagedFeeds:
    """A page of the feeds. `count` is of all pages; the folders are those of all feeds."""

    groups: tuple[FeedGroup, ...]
    count: int
    page: int
    folders: tuple[str, ...] = ()  # as they are asked for

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


_WANTED = f"""
instr(lower({FEED_NAME} || char(10) || url), lower(:named))
AND (
    :folder = '' OR trim(coalesce(folder, '')) = trim(:folder)
    OR trim(:folder) != '' AND substr(trim(folder), 1, length(trim(:folder)) + 1) = trim(:folder) || '/'
)
"""


def load_managed_feeds(
    connection: sqlite3.Connection, page: int = 1, wanted: WantedFeeds = WantedFeeds()
) -> ManagedFeeds:
    """A page of the feeds that are wanted."""
    heading = "trim(coalesce(folder, ''))" if wanted.by_folder else "place"
    rows = connection.execute(
        f"""
        WITH placed AS (
            SELECT id, {FEED_NAME} AS name, url GLOB 'http*' AS on_the_web, nullif(folder, '') AS folder, state,
                failures, failing_since, last_error, next_poll, CASE
                    WHEN state = 'active' AND failures > 0 THEN 0
                    WHEN state = 'gone' THEN 1
                    WHEN state = 'active' THEN 2
                    ELSE 3
                END AS place
            FROM feeds WHERE {_WANTED}
        ), listed AS (
            SELECT *, {heading} AS heading,
                iif(place < 2 AND last_error IS NOT NULL, count(*) OVER (PARTITION BY {heading}, place, last_error), 1)
                AS alike
            FROM placed
        )
        SELECT id, name, on_the_web, folder, state, failures, failing_since, last_error, next_poll,
            heading, count(*) OVER (PARTITION BY heading), count(*) OVER ()
        FROM listed
        ORDER BY heading = '', heading COLLATE NOCASE, heading, alike DESC, iif(alike > 1, last_error, ''),
            name COLLATE NOCASE, id
        LIMIT :shown OFFSET :before
        """,
        {**_wanted(wanted), "shown": SHOWN, "before": (page - 1) * SHOWN},
    ).fetchall()
    groups = tuple(
        _group(wanted, heading, count, tuple(value_of(ManagedFeed, row[:-3]) for row in of_it))
        for (heading, count), of_it in groupby(rows, key=lambda row: (row[-3], row[-2]))
    )
    return ManagedFeeds(groups, rows[0][-1] if rows else 0, page, _folders(connection))


def _group(wanted: WantedFeeds, heading: str | int, count: int, feeds: tuple[ManagedFeed, ...]) -> FeedGroup:
    if wanted.by_folder:
        return FeedGroup(str(heading) or "In no folder", count, feeds, str(heading) or IN_NO_FOLDER)
    return FeedGroup(_GROUPS[int(heading)], count, feeds)


def _wanted(wanted: WantedFeeds) -> dict[str, str]:
    return {"named": wanted.named, "folder": wanted.folder}


def _folders(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute(
        """
        SELECT DISTINCT trim(coalesce(folder, '')) AS name FROM feeds
        ORDER BY name = '', name COLLATE NOCASE, name
        """
    )
    return tuple(str(name) or IN_NO_FOLDER for (name,) in rows)


def load_wanted_ids(connection: sqlite3.Connection, wanted: WantedFeeds) -> tuple[int, ...]:
    """The numbers of all feeds that are wanted, on whichever page they are."""
    rows = connection.execute(f"SELECT id FROM feeds WHERE {_WANTED} ORDER BY id", _wanted(wanted))
    return tuple(row[0] for row in rows)
