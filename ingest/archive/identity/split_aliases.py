"""Take back that entries are those that came under other guids: each guid has an entry of its own again."""

import json

from sqlite_utils import Database

from ingest.archive.file.opening import transaction
from ingest.archive.identity.entry_rows import (
    Rows,
    lead_links,
    links_to,
    put_back,
    rows_of,
    take_away,
    with_whole_texts,
)
from ingest.archive.identity.merge import NotToBeMerged, split_entry
from ingest.archive.identity.parts import parts_of
from ingest.archive.saving.insert_entries import next_entry_id
from ingest.archive.saving.lists import insert_kept_lists


def split_from(db: Database, entry_id: int, at: str) -> list[int]:
    """Undo that an entry stands for others, or is a part of another: the ids of those that it is again."""
    if db.execute("SELECT 1 FROM former_entries WHERE id = ?", (entry_id,)).fetchone():
        split_entry(db, entry_id)
        return [entry_id]
    with transaction(db):
        formers = db.execute("SELECT id FROM former_entries WHERE entry = ? ORDER BY step DESC", (entry_id,))
        again = [number for (number,) in formers.fetchall()]
        for former in again:
            split_entry(db, former)
        aliases = db.execute(
            """
            SELECT guid, at FROM entry_aliases
            WHERE entry = ? AND former_entry IS NULL AND rule NOT IN ('guid', 'split') ORDER BY id
            """,
            (entry_id,),
        )
        return [*again, *(split_guid(db, entry_id, guid, seen, at) for guid, seen in aliases.fetchall())]


def split_feed(db: Database, feed_id: int, at: str) -> list[int]:
    """The same for all entries of a feed: the ids that result."""
    with transaction(db):
        rows = db.execute(
            "SELECT DISTINCT entry FROM entry_aliases WHERE feed = ? ORDER BY entry", (feed_id,)
        )
        return [number for (entry,) in rows.fetchall() for number in split_from(db, entry, at)]


def split_alias(db: Database, entry_id: int, alias: int, at: str) -> int:
    """The same for one alias of an entry, by its number: the id that results. Raises NotToBeMerged."""
    with transaction(db):
        found = db.execute(
            """
            SELECT guid, at, former_entry FROM entry_aliases WHERE id = ? AND entry = ? AND rule != 'split'
            """,
            (alias, entry_id),
        ).fetchone()
        if found is None:
            raise NotToBeMerged("That was undone already. Look at what is left.")
        guid, seen, former = found
        if former is None:
            return split_guid(db, entry_id, guid, seen, at)
        split_entry(db, former)
        return int(former)


def split_guid(db: Database, entry_id: int, guid: str, seen: str, at: str) -> int:
    """Make an entry of what came under another guid, from when it was `seen`, and return its id.

    Each of the two has the versions that came under its guids, and says what came last under them.
    """
    number = next_entry_id(db)
    db.execute("DELETE FROM entry_aliases WHERE entry = ? AND guid = ?", (entry_id, guid))
    rows, links = with_whole_texts(rows_of(db, entry_id)), links_to(db, entry_id)
    stays, goes = parts_of(rows, guid, seen, number, _times_of_documents(db, rows))
    take_away(db, entry_id)
    put_back(db, stays.rows, goes.rows)
    for part in (stays, goes):
        if part.lists is not None:
            insert_kept_lists(db, part.rows["entries"][0]["id"], part.lists)
    lead_links(db, links, entry_id)
    feed = "SELECT ?, feed, id, 'split', ? FROM entries WHERE id = ?"
    db.execute(f"INSERT INTO entry_aliases (guid, feed, entry, rule, at) {feed}", (guid, at, number))
    return number


def _times_of_documents(db: Database, rows: Rows) -> dict[int, str]:
    """When the last documents of an entry's versions were received."""
    documents = json.dumps([row["last_document"] for row in rows["revisions"]])
    found = db.execute(
        "SELECT id, at FROM documents WHERE id IN (SELECT value FROM json_each(?))", (documents,)
    )
    return dict(found.fetchall())
