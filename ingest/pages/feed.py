"""A feed's page: what it is, what it published, who writes there, its latest polls; and the list of all feeds."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from ingest.archive.names import IS_DATED, IS_PROVEN_REMOVAL, dated_sql
from ingest.base.opml import ListedFeed
from ingest.base.rhythm import LATEST, rhythm
from ingest.base.url_spelling import without_credentials
from ingest.pages.charts import Plot, plot
from ingest.pages.icons import has_icon_sql
from ingest.pages.listing import count_periods, count_undated, feed_scope
from ingest.pages.plots.feed_colours import feed_colours
from ingest.pages.rows import value_of
from ingest.pages.tables import edits_table
from ingest.pages.top_values import TopValues, Year, top_values, years

LONGEST_LISTED_HTML = 40_000  # characters of a text that a list shows whole; a longer one is a link
POLLS = 10


@dataclass(frozen=True)
class PollRow:
    at: str
    status: int | None
    new: int
    changed: int
    error: str | None


@dataclass(frozen=True)
class ReaderLink:
    """A feed reader, and the address that makes it follow a feed."""

    name: str
    href: str


@dataclass(frozen=True)
class FeedRow:
    """A feed. `url` is without credentials."""

    id: int
    url: str
    title: str | None
    site_url: str | None
    description: str | None
    icon_url: str | None
    language: str | None
    format: str | None
    folder: str | None
    state: str
    added: str
    last_polled: str | None
    next_poll: str | None
    failures: int
    last_error: str | None
    schedule: str | None
    note: str | None  # of the owner
    has_icon: bool = False  # which is kept

    @property
    def is_online(self) -> bool:
        """Whether it can be followed. What was imported from a file has that file's path as its address."""
        return self.url.startswith(("https://", "http://"))

    @property
    def name(self) -> str:
        return self.title or (self.url if self.is_online else f"Feed {self.id}")

    @property
    def readers(self) -> tuple[ReaderLink, ...]:
        encoded = quote(self.url, safe="")
        return (
            ReaderLink("Inoreader", f"https://www.inoreader.com/?add_feed={encoded}"),
            ReaderLink("Feedly", f"https://feedly.com/i/subscription/feed%2F{encoded}"),
            ReaderLink("Folo", f"follow://add?url={encoded}"),
            ReaderLink("Feedbin", f"https://feedbin.com/?subscribe={encoded}"),
            ReaderLink("Your reader", f"feed:{self.url}"),
        )


@dataclass(frozen=True)
class FeedPage:
    """What a feed's page shows of the present, beside its entries."""

    feed: FeedRow
    pace: str  # how often it publishes, in words
    polls: tuple[PollRow, ...]


@dataclass(frozen=True)
class Summary:
    """All that a feed published, counted: slow, so to be cached. `last` leaves out what is dated in the future."""

    entries: int
    words: int
    first: str | None
    last: str | None
    edited: int
    removed: int
    unproven: int  # of those that are marked as removed
    undated: int
    years: tuple[Year, ...]
    plot: Plot | None
    top_values: TopValues


def load_feed(connection: sqlite3.Connection, id: int) -> FeedRow | None:
    """A feed by its number; None where there is none."""
    row = connection.execute(
        f"""
        SELECT id, url, title, site_url, description, icon_url, language, format, folder, state, added, last_polled,
            next_poll, failures, last_error, schedule, note, {has_icon_sql(connection)}
        FROM feeds WHERE id = ?
        """,
        [id],
    ).fetchone()
    if row is None:
        return None
    feed = value_of(FeedRow, row)
    return replace(feed, url=without_credentials(feed.url))


def load_feed_page(connection: sqlite3.Connection, id: int, now: str) -> FeedPage | None:
    """A feed, its pace and its latest polls; None where there is none. `now` is UTC, ISO 8601."""
    feed = load_feed(connection, id)
    return FeedPage(feed, _pace(connection, feed, now), _polls(connection, id)) if feed else None


def summarise(connection: sqlite3.Connection, id: int, end: str) -> Summary:
    """Counts of all that a feed published. `end` is of clock.horizon: later dates lie in the future."""
    scope, dated = feed_scope(id), dated_sql(connection)
    [(entries, words, first, last, removed, unproven)] = connection.execute(
        f"""
        SELECT count(*), coalesce(sum(words), 0), min(date) FILTER (WHERE {dated}),
            max(date) FILTER (WHERE {dated} AND date < ?), count(removed),
            count(removed) FILTER (WHERE NOT {IS_PROVEN_REMOVAL})
        FROM entries WHERE feed = ?
        """,
        [end, id],
    )
    [(edited,)] = connection.execute(
        f"""
        SELECT count(*) FROM entries WHERE feed = ? AND id IN (SELECT entry FROM {edits_table(connection)})
        """,
        [id],
    )
    by_month = count_periods(connection, scope)
    undated = count_undated(connection, scope)
    drawn = plot([("Entries", id, by_month)], end[:7], undated, feed_colours(connection))
    counts = entries, words, first, last or first, edited, removed, unproven, undated
    return value_of(Summary, (*counts, years(by_month), drawn, top_values(connection, scope)))


def _pace(connection: sqlite3.Connection, feed: FeedRow, now: str) -> str:
    rows = connection.execute(
        f"""
        SELECT iif({IS_DATED}, date, first_seen), first_seen FROM entries
        WHERE feed = ? ORDER BY date DESC LIMIT ?
        """,
        [feed.id, LATEST],
    ).fetchall()
    try:
        return rhythm([(date, seen) for date, seen in rows], 0, feed.added, datetime.fromisoformat(now)).pace
    except (ValueError, TypeError):  # a date that other programs wrote
        return ""


def _polls(connection: sqlite3.Connection, id: int) -> tuple[PollRow, ...]:
    rows = connection.execute(
        "SELECT at, status, new, changed, error FROM polls WHERE feed = ? ORDER BY at DESC LIMIT ?",
        [id, POLLS],
    )
    return tuple(value_of(PollRow, row) for row in rows)


def load_texts(
    connection: sqlite3.Connection, entries: Iterable[int], longest: int = LONGEST_LISTED_HTML
) -> dict[int, str]:
    """The HTML of entries by number; those of more than `longest` characters are left out."""
    ids = [*entries]
    rows = connection.execute(
        f"SELECT entry, html FROM contents WHERE entry IN ({', '.join('?' * len(ids))}) AND length(html) <= ?",
        [*ids, longest],
    )
    return {int(entry): str(html) for entry, html in rows}


def load_subscriptions(connection: sqlite3.Connection, feed: int | None = None) -> list[ListedFeed]:
    """The feeds that have a web address, or that one `feed`, for a list (OPML)."""
    rows = connection.execute(
        """
        SELECT url, title, folder, state, site_url, own_title FROM feeds
        WHERE (:feed IS NULL OR id = :feed) AND (url LIKE 'http://%' OR url LIKE 'https://%')
        ORDER BY coalesce(title, url) COLLATE NOCASE, id
        """,
        {"feed": feed},
    )
    return [value_of(ListedFeed, row) for row in rows]
