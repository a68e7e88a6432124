"""What is known of an entry's being removed from its feed, or missing from it, and of its coming back."""

import sqlite3
from dataclasses import dataclass

from ingest.pages.rows import value_of
from ingest.pages.tables import has_table


@dataclass(frozen=True)
class Removal:
    """A time that an entry was found to be removed. `rule` is how that is known: order, tombstone; None: not proven."""

    last_seen: str
    removed: str
    returned: str | None
    rule: str | None


@dataclass(frozen=True)
class Removals:
    """`before` are those after which it came back. `missing_since`: documents lack it, but that it was removed is not
    certain. `present` is None where it is not marked as removed."""

    present: Removal | None = None
    before: tuple[Removal, ...] = ()
    missing_since: str | None = None


def load_removals(connection: sqlite3.Connection, id: int) -> Removals:
    """The removals of an entry, the earliest first. In an archive of an older release none is proven."""
    row = connection.execute(
        "SELECT last_seen, removed, NULL, NULL FROM entries WHERE id = ? AND removed IS NOT NULL", [id]
    ).fetchone()
    marked = value_of(Removal, row) if row else None
    if not has_table(connection, "removals"):
        return Removals(marked)
    rows = connection.execute(
        "SELECT last_seen, removed, returned, rule FROM removals WHERE entry = ? ORDER BY id", [id]
    )
    found = [value_of(Removal, row) for row in rows]
    [(missing,)] = connection.execute(
        "SELECT max(missing_since) FROM entries WHERE id = ? AND removed IS NULL", [id]
    )
    last = next(
        (one for one in found if marked and one.returned is None and one.removed == marked.removed), marked
    )
    return Removals(last, tuple(one for one in found if one.returned), missing)
