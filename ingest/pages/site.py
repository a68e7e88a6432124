"""What stands around every page: the name of the archive, and the ways to go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


# Labels, and where they lead within the database: to tables, and to queries of metadata.yml.
_NAV = (
    ("Entries", "entries"),
    ("Feeds", "feeds"),
    ("Tags", "tags_by_use"),
    ("Authors", "prolific_authors"),
)
_WAYS = (
    ("All entries", "entries"),
    ("Most cited sites", "cited_hosts"),
    ("Links between feeds", "links_between_feeds"),
    ("On this day", "on_this_day"),
    ("Edits", "edited_entries"),
    ("Removed", "removed_entries"),
    ("Health of the feeds", "feed_overview"),
    ("SQL", "?sql=select+*+from+entries+order+by+date+desc+limit+20"),
    ("CSV of all entries", "entries.csv?_stream=on"),
    ("Every table and query", ""),
)


@dataclass(frozen=True)
class Way:
    label: str
    href: str


@dataclass(frozen=True)
class Site:
    """`nav` are the few ways that every page offers, `ways` those that home does, with a word on each."""

    title: str
    description: str
    license: str
    database: str | None
    database_url: str
    nav: tuple[Way, ...]
    ways: tuple[Way, ...]


def site(metadata: Mapping[str, Any], database: str | None, database_url: str) -> Site:
    """From Datasette's metadata, which may lack anything."""
    at = f"{database_url}/".__add__
    nav = [Way(label, at(path)) for label, path in _NAV]
    ways = [Way(label, at(path)) for label, path in _WAYS]
    return Site(
        title=str(metadata.get("title") or "Feed archive"),
        description=str(metadata.get("description") or ""),
        license=str(metadata.get("license") or ""),
        database=database,
        database_url=database_url,
        nav=tuple(nav) if database else (),
        ways=tuple(ways) if database else (),
    )
