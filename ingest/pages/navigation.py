"""The navigation around every page: the name of the archive, and links to its tables, queries and pages. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Labels, and where they lead: to tables and queries of metadata.yml, or with a slash to pages of ours. Nothing is the
# database itself.
_ON_EVERY_PAGE = (
    ("Entries", "/entries"),
    ("Feeds", "/feeds"),
    ("Tags", "/tags"),
    ("Authors", "/authors"),
    ("Queries", "/queries"),
    ("Data", ""),
)


@dataclass(frozen=True)
class NavigationLink:
    label: str
    href: str


@dataclass(frozen=True)
class Navigation:
    """`links` are those of every page, `home_links` lead from home to other databases. `sql` is whether SQL may be run.

    `database` is the name of the archive; None where there is none, or the user may not know of it.
    """

    title: str
    description: str
    license: str
    database: str | None
    database_url: str
    links: tuple[NavigationLink, ...]
    home_links: tuple[NavigationLink, ...]
    sql: bool


def build_navigation(
    metadata: Mapping[str, Any],
    database: str | None,
    database_url: str,
    path: Callable[[str], str],
    sql: bool = True,
    others: Sequence[NavigationLink] = (),
) -> Navigation:
    """From Datasette's metadata, which may lack anything. `path` puts the setting base_url before a path.

    `others` lead to databases beside the archive.
    """

    def links(targets: Sequence[tuple[str, str]]) -> tuple[NavigationLink, ...]:
        return tuple(
            NavigationLink(label, str(path(to)) if to.startswith("/") else f"{database_url}/{to}".rstrip("/"))
            for label, to in targets
            if database and (sql or not to.startswith("?sql"))
        )

    return Navigation(
        title=str(metadata.get("title") or "Feed archive"),
        description=str(metadata.get("description") or ""),
        license=str(metadata.get("license") or ""),
        database=database,
        database_url=database_url,
        links=links(_ON_EVERY_PAGE),
        home_links=tuple(others) if database else (),
        sql=sql,
    )
