"""What stands around every page: the name of the archive, and the ways to go."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Labels, and where they lead: to tables and to queries of metadata.yml, or with a slash to pages of ours.
_NAV = (
    ("Entries", "entries"),
    ("Feeds", "feed_overview"),
    ("Tags", "tags_by_use"),
    ("Authors", "prolific_authors"),
)
_WAYS = (
    ("All entries", "entries"),
    ("Most cited sites", "cited_hosts"),
    ("Links between feeds", "links_between_feeds"),
    ("On this day", "on_this_day"),
    ("Edited entries", "edited_entries"),
    ("Removed entries", "removed_entries"),
    ("Health of the feeds", "/health"),
    ("SQL", "?sql=select+*+from+entries+order+by+date+desc+limit+20"),
    ("CSV of all entries", "entries.csv?_stream=on"),
    ("Tables and queries", ""),
)


@dataclass(frozen=True)
class Way:
    label: str
    href: str


@dataclass(frozen=True)
class Site:
    """`nav` are the few ways that every page offers, `ways` those that home does. `sql` is whether SQL may be run."""

    title: str
    description: str
    license: str
    database: str | None
    database_url: str
    nav: tuple[Way, ...]
    ways: tuple[Way, ...]
    sql: bool


def site(
    metadata: Mapping[str, Any],
    database: str | None,
    database_url: str,
    path: Callable[[str], str],
    sql: bool = True,
    others: Sequence[Way] = (),
) -> Site:
    """From Datasette's metadata, which may lack anything. `path` puts the base of all addresses before one.

    `others` lead to databases beside the archive.
    """

    def ways(named: Sequence[tuple[str, str]]) -> tuple[Way, ...]:
        return tuple(
            Way(label, str(path(to)) if to.startswith("/") else f"{database_url}/{to}")
            for label, to in named
            if database and (sql or not to.startswith("?sql"))
        )

    return Site(
        title=str(metadata.get("title") or "Feed archive"),
        description=str(metadata.get("description") or ""),
        license=str(metadata.get("license") or ""),
        database=database,
        database_url=database_url,
        nav=ways(_NAV),
        ways=(*ways(_WAYS), *others),
        sql=sql,
    )
