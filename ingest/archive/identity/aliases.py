"""The further guids under which entries came: `entry_aliases`."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from ingest.archive.identity.values import IdentityRule

# Rows of one entry that rules found. Who looks at them learns nothing from more, and a split makes an entry of each.
MOST_ALIASES = 24
# Of each merge both sides, but for those that were merged before: what came under their guids then.
_PARTS = """
WITH side (part, said) AS MATERIALIZED (
    SELECT id, json_extract(former, '$.entries[0].guid', '$.entry_aliases') FROM former_entries
    WHERE entry IN (SELECT value FROM json_each(:entries))
    UNION ALL
    SELECT merged_into, json_extract(present, '$.entries[0].guid', '$.entry_aliases') FROM former_entries
    WHERE entry IN (SELECT value FROM json_each(:entries))
)
SELECT part, said FROM side
WHERE NOT EXISTS (SELECT 1 FROM json_each(said, '$[1]') WHERE value ->> 'rule' = 'merge')
"""


@dataclass(frozen=True)
class Alias:
    """The entry that comes under another guid than that under which it is stored. `merged`: by hand, of several."""

    entry: int
    stored_guid: str
    rule: IdentityRule
    at: str
    merged: bool = False


def load_aliases(db: Database, feed_id: int, guids: Iterable[str]) -> dict[str, Alias]:
    """The entries of a feed that are known to have come under these guids."""
    # CROSS JOIN: SQLite would otherwise walk the aliases of the feed.
    rows = db.execute(
        """
        SELECT alias.guid, entries.id, entries.guid, rule, at,
            EXISTS (SELECT 1 FROM entry_aliases AS other WHERE other.entry = entries.id AND other.rule = 'merge')
        FROM json_each(?) AS said CROSS JOIN entry_aliases AS alias ON alias.feed = ? AND alias.guid = said.value
        JOIN entries ON entries.id = alias.entry
        """,
        (json.dumps([*guids]), feed_id),
    )
    return {
        guid: Alias(entry, stored, rule, at, bool(merged)) for guid, entry, stored, rule, at, merged in rows
    }


def load_parts(db: Database, entries: Collection[int]) -> dict[str, int]:
    """By the guids of entries that were merged by hand, the entry that each was of before.

    Of a guid that was found to be such an entry's since then that is not known.
    """
    parts: dict[str, int] = {}
    for part, said in db.execute(_PARTS, {"entries": json.dumps([*entries])}):
        guid, aliases = json.loads(said)
        parts |= {guid: part, **{row["guid"]: part for row in aliases}}
    return parts


def has_aliases(db: Database, feed_id: int) -> bool:
    return bool(db.execute("SELECT 1 FROM entry_aliases WHERE feed = ? LIMIT 1", (feed_id,)).fetchone())


def store_aliases(
    db: Database, feed_id: int, found: Sequence[tuple[str, int, IdentityRule]], at: str
) -> None:
    """Store by which rule these guids were found to be these entries. What is known of a guid stays.

    Each recognition is a row, until an entry has MOST_ALIASES: its feed makes guids anew at each poll then, no later
    poll has one of them again, and a row of each would outgrow the entries. From then on the last row of the entry is
    that of the guid under which it came last, and the first ones stay, which say since when it is so.
    """
    for guid, entry, rule in found:
        if not _replace_last(db, feed_id, guid, entry, rule, at):
            db.execute(
                """
                INSERT INTO entry_aliases (feed, guid, entry, rule, at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (feed, guid) DO NOTHING
                """,
                (feed_id, guid, entry, rule, at),
            )


def _replace_last(db: Database, feed_id: int, guid: str, entry: int, rule: IdentityRule, at: str) -> bool:
    """Whether the entry has as many rows as it may have; the last of them is that of this guid then."""
    [(rows, last)] = db.execute(
        """
        SELECT count(*), max(id) FROM entry_aliases
        WHERE entry = ? AND former_entry IS NULL AND rule NOT IN ('merge', 'split')
        """,
        (entry,),
    ).fetchall()
    if rows < MOST_ALIASES:
        return False
    db.execute(
        "UPDATE OR IGNORE entry_aliases SET feed = ?, guid = ?, rule = ?, at = ? WHERE id = ?",
        (feed_id, guid, rule, at, last),
    )
    return True


def store_said_under(db: Database, feed_id: int, said: Mapping[str, str]) -> None:
    """Store under which guid the present version of each entry came, by the guid under which it is stored."""
    db.conn.executemany(
        """
        UPDATE entry_documents SET guid = nullif(:said, :guid)
        WHERE entry = (SELECT id FROM entries WHERE feed = :feed AND guid = :guid) AND guid IS NOT nullif(:said, :guid)
        """,
        [{"guid": guid, "said": under, "feed": feed_id} for guid, under in said.items()],
    )


def entry_that_was(db: Database, former: int) -> int | None:
    """The entry of which one that was merged is a part by now; None for one of its own."""
    found = db.execute("SELECT entry FROM former_entries WHERE id = ?", (former,)).fetchone()
    return int(found[0]) if found else None
