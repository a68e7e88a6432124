"""All tags or authors, by use or by name, a page at a time."""

import sqlite3
from dataclasses import dataclass

from ingest.pages.author_or_tag import AuthorOrTag
from ingest.pages.lists.filtering import Sorted, sorted_by
from ingest.pages.rows import value_of
from ingest.search.lookups import escaped_like

MOST_NAMED = 100  # on a page
NAME_ORDERS = ("use", "name")
_ORDERED = {"use": "entries {way}, name COLLATE NOCASE, id", "name": "name COLLATE NOCASE {way}, id"}


@dataclass(frozen=True)
class NameInList:
    """A tag or author, and how many entries it has."""

    id: int
    name: str
    entries: int


@dataclass(frozen=True)
class NamesPage:
    """A page of them. `count` is of all pages; `sql` with `params` finds the rows."""

    names: tuple[NameInList, ...]
    count: int
    page: int
    sql: str
    params: dict[str, str]

    @property
    def has_more(self) -> bool:
        return self.page * MOST_NAMED < self.count

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(one.id for one in self.names)


def order_of_names(asked: str | None) -> Sorted:
    return sorted_by(asked, NAME_ORDERS, ("use",))


def load_names_page(
    connection: sqlite3.Connection, kind: AuthorOrTag, named: str, order: Sorted, page: int
) -> NamesPage:
    """Those whose name has `named` in it; beyond the last page, the last one."""
    condition, params = _named(named)
    where = f"\nWHERE {condition}" if named else ""
    [(count,)] = connection.execute(f"SELECT count(*) FROM {kind}s{where}", params)
    page = min(page, max(1, -(-count // MOST_NAMED)))
    ordered = _ORDERED[order.key].format(way="DESC" if order.falling else "ASC")
    sql = (
        f"SELECT id, name, (SELECT count(*) FROM entry_{kind}s WHERE {kind} = {kind}s.id) AS entries\n"
        f"FROM {kind}s{where}\nORDER BY {ordered} LIMIT {MOST_NAMED} OFFSET {(page - 1) * MOST_NAMED}"
    )
    names = tuple(value_of(NameInList, row) for row in connection.execute(sql, params))
    return NamesPage(names, count, page, sql, params)


def _named(named: str) -> tuple[str, dict[str, str]]:
    """A condition for names with this in them: SQLite folds the case of ASCII alone, so others are spelled out."""
    cases = [named] if named.isascii() else [named, named.lower(), named.upper(), named.title()]
    params = {f"part{i}": f"%{escaped_like(case)}%" for i, case in enumerate(dict.fromkeys(cases), 1)}
    return " OR ".join(f"name LIKE :{name} ESCAPE '\\'" for name in params), params
