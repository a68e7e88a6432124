"""The further guids under which entries came: `entry_aliases`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from ingest.archive.identity.values import IdentityRule

_MOST_ALIASES = (
    100  # of an entry that were found by rules: feeds that make guids anew each time would fill the archive
)


@dataclass(frozen=True)
class Alias:
    """The entry that comes under another guid than that under which it is stored."""

    entry: int
    stored_guid: str
    rule: IdentityRule
    at: str


def load_aliases(db: Database, feed_id: int, guids: Iterable[str]) -> dict[str, Alias]:
    """The entries of a feed that are known to have come under these guids."""
    rows = db.execute(
        """
        SELECT alias.guid, entries.id, entries.guid, rule, at
        FROM json_each(?) AS said JOIN entry_aliases AS alias ON alias.feed = ? AND alias.guid = said.value
        JOIN entries ON entries.id = alias.entry
        """,
        (json.dumps([*guids]), feed_id),
    )
    return {guid: Alias(entry, stored, rule, at) for guid, entry, stored, rule, at in rows}


def has_aliases(db: Database, feed_id: int) -> bool:
    return bool(db.execute("SELECT 1 FROM entry_aliases WHERE feed = ? LIMIT 1", (feed_id,)).fetchone())


def store_aliases(
    db: Database, feed_id: int, found: Sequence[tuple[str, int, IdentityRule]], at: str
) -> None:
    """Store by which rule these guids were found to be these entries. What is known of a guid stays."""
    db.conn.executemany(
        """
        INSERT INTO entry_aliases (feed, guid, entry, rule, at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (feed, guid) DO NOTHING
        """,
        [(feed_id, guid, entry, rule, at) for guid, entry, rule in found],
    )
    db.conn.executemany(
        """
        DELETE FROM entry_aliases WHERE id IN (
            SELECT id FROM entry_aliases WHERE entry = ? AND former_entry IS NULL AND rule NOT IN ('merge', 'split')
            ORDER BY id DESC LIMIT -1 OFFSET ?
        )
        """,
        [(entry, _MOST_ALIASES) for _, entry, _ in found],
    )


def store_said_under(db: Database, feed_id: int, said: Mapping[str, str]) -> None:
    """Store under which guid the present version of each entry came, by the guid under which it is stored."""
    db.execute(
        """
        UPDATE entry_documents SET guid = nullif(said.value, said.key)
        FROM json_each(:said) AS said JOIN entries ON entries.feed = :feed AND entries.guid = said.key
        WHERE entry_documents.entry = entries.id AND entry_documents.guid IS NOT nullif(said.value, said.key)
        """,
        {"said": json.dumps(dict(said)), "feed": feed_id},
    )


def entry_that_was(db: Database, former: int) -> int | None:
    """The entry to which one with this number was merged; None where none was."""
    found = db.execute("SELECT entry FROM entry_aliases WHERE former_entry = ? LIMIT 1", (former,)).fetchone()
    return int(found[0]) if found else None
