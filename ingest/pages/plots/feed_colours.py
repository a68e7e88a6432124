"""The colours of feeds, the same on every page, and their names, told apart where they are the same."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.archive.names import FEED_NAME
from ingest.pages.rows import value_of

# By the stylesheet; the one that is left out is of what has no colour of its own.
COLOURS = (0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)


@dataclass(frozen=True)
class NamedFeed:
    id: int
    title: str
    site_url: str | None
    url: str


def feed_colours(connection: sqlite3.Connection) -> Mapping[int, int]:
    """The colour of each feed by number; of none where there are more feeds than colours."""
    feeds = connection.execute("SELECT id FROM feeds ORDER BY id LIMIT ?", [len(COLOURS) + 1]).fetchall()
    return {} if len(feeds) > len(COLOURS) else {id: COLOURS[i] for i, (id,) in enumerate(feeds)}


def load_named_feeds(connection: sqlite3.Connection, feeds: Sequence[int]) -> tuple[NamedFeed, ...]:
    marks = ", ".join("?" * len(feeds))
    rows = connection.execute(
        f"SELECT id, {FEED_NAME}, site_url, url FROM feeds WHERE id IN ({marks}) ORDER BY id", feeds
    )
    return tuple(value_of(NamedFeed, row) for row in rows)


def names_told_apart(feeds: Sequence[NamedFeed]) -> dict[int, str]:
    """The names of feeds by number: of those of one name with their site and, where that is one, with the number."""
    by_title = Counter(_folded(feed.title) for feed in feeds)
    by_site = Counter((_folded(feed.title), _site(feed)) for feed in feeds)
    names = {}
    for feed in feeds:
        title, site = _folded(feed.title), _site(feed)
        if by_title[title] == 1:
            names[feed.id] = feed.title
        elif site and by_site[title, site] == 1:
            names[feed.id] = f"{feed.title} ({site})"
        else:
            names[feed.id] = f"{feed.title} ({f'{site}, ' if site else ''}feed {feed.id})"
    return names


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()


def _site(feed: NamedFeed) -> str:
    """The host of a feed's site, or else of its own address; of none where that is a file."""
    for url in (feed.site_url or "", feed.url):
        try:
            parts = urlsplit(url)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts.hostname.removeprefix("www.")
    return ""
