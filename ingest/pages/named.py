"""The page of an author or a tag: its entries, and what goes with them."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

from ingest.pages.listing import Scope, count_periods
from ingest.pages.shares import Shares, Year, shares, years

Kind = Literal["author", "tag"]
COMMON = 20_000  # entries; more are walked by date until a page is full, fewer are found and then sorted


@dataclass(frozen=True)
class NamedPage:
    """What an author's or tag's page shows beside its entries."""

    kind: Kind
    id: int
    name: str
    entries: int
    years: tuple[Year, ...]
    shares: Shares


def load_named(connection: sqlite3.Connection, kind: Kind, id: int) -> tuple[NamedPage, Scope] | None:
    """An author or tag by its number, and the scope of its entries; None where there is none."""
    row = connection.execute(f"SELECT name FROM {kind}s WHERE id = ?", [id]).fetchone()
    if row is None:
        return None
    [(entries,)] = connection.execute(f"SELECT count(*) FROM entry_{kind}s WHERE {kind} = ?", [id])
    scope = _scope(kind, id, entries > COMMON)
    found = Scope(_found(kind), {"named": id}, True)
    page = NamedPage(
        kind, id, row[0], entries, years(count_periods(connection, found)), shares(connection, scope)
    )
    return page, scope


def _found(kind: Kind) -> str:
    return f"entries.id IN (SELECT entry FROM entry_{kind}s WHERE {kind} = :named)"


def _scope(kind: Kind, id: int, common: bool) -> Scope:
    if not common:
        return Scope(_found(kind), {"named": id}, True)
    probed = f"EXISTS (SELECT 1 FROM entry_{kind}s WHERE entry = entries.id AND {kind} = :named)"
    return Scope(probed, {"named": id})
