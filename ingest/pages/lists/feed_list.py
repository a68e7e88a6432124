"""The feeds of the archive, by folder or sorted, with what each published: /feeds, and the feeds of a folder."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from ingest.archive.names import FEED_NAME, dated_sql
from ingest.pages.health import RECENT_ENTRIES, SILENT_DAYS, SILENT_GAPS
from ingest.pages.icons import has_icon_sql
from ingest.pages.lists.filtering import Sorted, folded, sorted_by
from ingest.pages.rows import value_of

MOST_FEEDS = 1000  # feeds on a page
FEED_ORDERS = ("folder", "name", "last", "entries", "rhythm", "status")
_FALLING = frozenset({"last", "entries", "rhythm"})  # the greatest first


@dataclass(frozen=True)
class FeedInList:
    """A feed. `last` is the date of its newest entry that is dated, and not ahead; `per_day` how many it publishes."""

    id: int
    title: str
    site_url: str | None
    url: str
    icon_url: str | None
    folder: str | None
    state: str
    failures: int
    entries: int
    last: str | None
    span: float | None  # days from the first to the last of its latest entries
    latest: int  # how many these are
    has_icon: bool = False  # which is kept

    @property
    def host(self) -> str:
        try:
            return (urlsplit(self.site_url or self.url).hostname or "").removeprefix("www.")
        except ValueError:
            return ""

    @property
    def per_day(self) -> float:
        """0 where it is not known."""
        return (self.latest - 1) / max(self.span, 1) if self.span and self.latest > 2 else 0.0

    @property
    def rhythm(self) -> str:
        """How often it publishes, or did: "3 a day". Nothing where that is not known."""
        for days, unit in ((1, "day"), (7, "week"), (30, "month")):
            if self.per_day * days >= 0.75:
                return f"{round(self.per_day * days):,} a {unit}"
        return f"{max(1, round(self.per_day * 365)):,} a year" if self.per_day else ""

    def status(self, today: str) -> str:
        """In a word or two what is worth knowing of it; nothing where all is well."""
        if self.state != "active":
            return self.state if self.url.startswith(("http://", "https://")) else "from a file"
        if self.failures:
            return "fails"
        return "no longer publishing" if self._is_silent(today) else ""

    def _is_silent(self, today: str) -> bool:
        try:
            silence = (date.fromisoformat(today) - date.fromisoformat((self.last or "")[:10])).days
        except ValueError:
            return False
        gap = (self.span or 0) / max(self.latest - 1, 1)
        return self.latest > 2 and silence > max(gap * SILENT_GAPS, SILENT_DAYS)


@dataclass(frozen=True)
class FolderOfFeeds:
    """Feeds under one heading; None where they are in no folder, or all are under one."""

    folder: str | None
    feeds: tuple[FeedInList, ...]


@dataclass(frozen=True)
class FeedsPage:
    """A page of the feeds that a filter leaves. `twins` are the names that several feeds of the archive have."""

    groups: tuple[FolderOfFeeds, ...]
    sorted: Sorted
    count: int
    total: int
    folders: int
    failing: int
    page: int
    twins: frozenset[str]

    @property
    def has_more(self) -> bool:
        return self.page * MOST_FEEDS < self.count

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(feed.id for group in self.groups for feed in group.feeds)


def load_feeds(connection: sqlite3.Connection, end: str) -> tuple[FeedInList, ...]:
    """All feeds: slow to count, so to be cached. `end` is of clock.horizon: later dates lie in the future."""
    dated = dated_sql(connection)
    rows = connection.execute(
        f"""
        WITH latest AS (
            SELECT feeds.id, max(date) AS last, julianday(max(date)) - julianday(min(date)) AS span, count(date) AS n
            FROM feeds LEFT JOIN entries ON entries.id IN (
                SELECT id FROM entries WHERE feed = feeds.id AND date < :end AND {dated}
                ORDER BY date DESC, id LIMIT :latest
            )
            GROUP BY feeds.id
        )
        SELECT feeds.id, {FEED_NAME}, site_url, url, icon_url, nullif(folder, ''), state, failures,
            (SELECT count(*) FROM entries WHERE feed = feeds.id), last, span, n, {has_icon_sql(connection)}
        FROM feeds JOIN latest ON latest.id = feeds.id
        """,
        {"end": end, "latest": RECENT_ENTRIES},
    )
    return tuple(value_of(FeedInList, row) for row in rows)


def arrange_feeds(
    feeds: Sequence[FeedInList], named: str, sort: str | None, page: int, today: str
) -> FeedsPage:
    """Those whose title, site or folder has `named` in it, in an order: by folder, where feeds are kept in any."""
    folders = {feed.folder for feed in feeds if feed.folder}
    order = sorted_by(sort, [one for one in FEED_ORDERS if folders or one != "folder"], _FALLING)
    wanted = [
        feed for feed in feeds if folded(named) in folded(f"{feed.title}\n{feed.host}\n{feed.folder or ''}")
    ]
    wanted = in_order(wanted, order, today)
    page = min(page, max(1, -(-len(wanted) // MOST_FEEDS)))
    shown = wanted[(page - 1) * MOST_FEEDS : page * MOST_FEEDS]
    names = Counter(feed.title for feed in feeds)
    return FeedsPage(
        by_folder(shown) if order.key == "folder" else (FolderOfFeeds(None, tuple(shown)),) if shown else (),
        order,
        len(wanted),
        len(feeds),
        len(folders),
        sum(feed.state == "active" and feed.failures > 0 for feed in feeds),
        page,
        frozenset(name for name, count in names.items() if count > 1),
    )


def in_order(feeds: Iterable[FeedInList], order: Sorted, today: str) -> list[FeedInList]:
    """By what is asked for, and by name where that is the same."""

    def key(feed: FeedInList) -> Any:
        match order.key:
            case "name":
                return folded(feed.title)
            case "folder":
                return feed.folder is None, folded(feed.folder or ""), feed.folder or ""
            case "status":
                return _urgency(feed.status(today))
            case "rhythm":
                return feed.per_day
            case "entries":
                return feed.entries
        return feed.last or ""

    by_name = sorted(feeds, key=lambda feed: (folded(feed.title), feed.id))
    return sorted(by_name, key=key, reverse=order.falling)


def _urgency(status: str) -> int:
    places = ("fails", "gone", "no longer publishing", "", "paused", "from a file")
    return places.index(status) if status in places else len(places)


def by_folder(feeds: Sequence[FeedInList]) -> tuple[FolderOfFeeds, ...]:
    """Feeds that are in the order of their folders, each folder under its heading."""
    return tuple(
        FolderOfFeeds(folder, tuple(of)) for folder, of in groupby(feeds, key=lambda feed: feed.folder)
    )


def feeds_sql(shown: FeedsPage, end: str) -> str:
    """The rows of a page as one SELECT without parameters, for people to read, change and run."""
    where = f"\nWHERE feeds.id IN ({', '.join(map(str, shown.ids))})" if shown.count < shown.total else ""
    return f"""SELECT
  feeds.id, {FEED_NAME} AS title, folder, state, failures,
  (SELECT count(*) FROM entries WHERE feed = feeds.id) AS entries,
  (SELECT max(date) FROM entries WHERE feed = feeds.id AND date < '{end}' AND month IS NOT NULL) AS last
FROM feeds{where}
ORDER BY {_ORDERS[shown.sorted.key]}{" DESC" if shown.sorted.falling else ""}"""


_ORDERS = {
    "folder": "folder IS NULL, folder, title COLLATE NOCASE",
    "name": "title COLLATE NOCASE",
    "last": "last",
    "entries": "entries",
    "rhythm": "last",
    "status": "state, failures",
}
