"""What is known of an entry's being removed from its feed, or missing from it, and of its coming back."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.archive.removals.tombstones import Tombstone, tombstones_in
from ingest.base.models import StoredExtra
from ingest.pages.rows import value_of
from ingest.pages.tables import has_table

_GUIDS = "SELECT guid FROM entries WHERE id = :id UNION SELECT guid FROM entry_aliases WHERE entry = :id"


@dataclass(frozen=True)
class Removal:
    """A time that an entry was found to be removed. `rule` is how that is known: order, tombstone; None: not proven.

    `comment` is that of the tombstone, where the feed's last document still has it.
    """

    last_seen: str
    removed: str
    returned: str | None
    rule: str | None
    comment: str | None = None


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
    found = _with_comments(connection, id, [value_of(Removal, row) for row in rows])
    [(missing,)] = connection.execute(
        "SELECT max(missing_since) FROM entries WHERE id = ? AND removed IS NULL", [id]
    )
    last = next(
        (one for one in found if marked and one.returned is None and one.removed == marked.removed), marked
    )
    return Removals(last, tuple(one for one in found if one.returned), missing)


def _with_comments(connection: sqlite3.Connection, id: int, removals: Sequence[Removal]) -> list[Removal]:
    tombstones: Sequence[Tombstone] = ()
    if any(one.rule == "tombstone" for one in removals):
        tombstones = _tombstones(connection, id)
    return [
        replace(one, comment=next((said.comment for said in tombstones if said.at <= one.removed), None))
        if one.rule == "tombstone"
        else one
        for one in removals
    ]


def _tombstones(connection: sqlite3.Connection, id: int) -> list[Tombstone]:
    """Those of an entry, under any of its guids, that its feed's last document had, the latest first."""
    rows = connection.execute(
        """
        SELECT json FROM extra
        WHERE feed = (SELECT feed FROM entries WHERE id = ?) AND json_valid(json) AND json_type(json) = 'array'
        """,
        [id],
    ).fetchall()
    guids = {guid for (guid,) in connection.execute(_GUIDS, {"id": id})}
    said = [one for (json,) in rows for one in tombstones_in(StoredExtra(json)) if one.guid in guids]
    return sorted(said, key=lambda one: one.at, reverse=True)
