"""A folder of feeds: its address, and what its page shows. Folders in it, as News/Science is in News, belong to it."""

import sqlite3
from dataclasses import dataclass
from urllib.parse import quote

from ingest.pages.author_or_tag import COMMON, Counts, count_scope
from ingest.pages.feeds_out import NewestEntries, load_newest_of
from ingest.pages.listing import Scope
from ingest.pages.rows import text_of
from ingest.search.operators import OPERATORS

_WITHIN = "(folder = :name OR substr(folder, 1, length(:name) + 1) = :name || '/')"
MOST_IN_ADDRESS = 400  # feeds


@dataclass(frozen=True)
class Folder:
    """A folder with its feeds, and those of folders in it, and how many entries they have."""

    name: str
    feeds: tuple[int, ...]
    entries: int
    scope: Scope

    @property
    def path(self) -> str:
        return folder_path(self.name)

    @property
    def table_filter(self) -> str:
        """Its feeds as a parameter of Datasette's table of entries; nothing where an address has no room for them."""
        return f"feed__in={','.join(map(str, self.feeds))}" if len(self.feeds) <= MOST_IN_ADDRESS else ""


def folder_path(name: str) -> str:
    """The path of a folder's page. Browsers take . and .. for steps of a path, so a space follows these."""
    return f"/folder/{quote(name, safe='')}{'%20' if name in ('.', '..') else ''}"


def find_folder(connection: sqlite3.Connection, asked: str) -> Folder | None:
    """The folder of a name, in any case of ASCII or with spaces around it where there is none exactly so."""
    name = _spelled(connection, asked)
    if name is None:
        return None
    rows = connection.execute(f"SELECT id FROM feeds WHERE {_WITHIN} ORDER BY id", {"name": name})
    feeds = tuple(int(id) for (id,) in rows)
    ids = ", ".join(map(str, feeds))
    [(entries,)] = connection.execute(f"SELECT count(*) FROM entries WHERE feed IN ({ids})")
    # The + keeps SQLite from gathering the entries of all the feeds, where it is to walk along their dates.
    probe = f"+entries.feed IN ({ids})" if entries > COMMON else None
    scope = Scope(f"entries.feed IN ({ids})", {}, OPERATORS["folder"](name).typed(), probe)
    return Folder(name, feeds, entries, scope)


def _spelled(connection: sqlite3.Connection, asked: str) -> str | None:
    for name in dict.fromkeys((asked, asked.strip())):
        if (
            name
            and connection.execute(f"SELECT 1 FROM feeds WHERE {_WITHIN} LIMIT 1", {"name": name}).fetchone()
        ):
            return name
    like = "SELECT folder FROM feeds WHERE folder = ? COLLATE NOCASE AND folder != '' ORDER BY folder LIMIT 1"
    row = connection.execute(like, [asked.strip()]).fetchone()
    return text_of(row[0]) if row else None


def count_folder(connection: sqlite3.Connection, name: str, end: str) -> Counts | None:
    """Counts of all that the feeds of a folder published: slow, so to be cached. `end` is of clock.horizon."""
    folder = find_folder(connection, name)
    return count_scope(connection, folder.scope, end) if folder else None


def load_newest_in_folder(connection: sqlite3.Connection, folder: Folder, end: str) -> NewestEntries:
    """The newest entries of its feeds, dated before `end`."""
    return load_newest_of(connection, folder.name, folder.scope, end)
