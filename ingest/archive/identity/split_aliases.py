"""Take back that entries are those that came under other guids: each guid has an entry of its own again."""

import json

from sqlite_utils import Database

from ingest.archive.file.opening import transaction
from ingest.archive.identity.anchors import contents_under
from ingest.archive.identity.entry_rows import (
    Row,
    Rows,
    lead_links,
    links_to,
    put_back,
    rows_of,
    take_away,
    with_whole_texts,
)
from ingest.archive.identity.merge import NotToBeMerged, split_entry
from ingest.base.urls import url_key


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
            SELECT guid, at FROM entry_aliases WHERE entry = ? AND former_entry IS NULL AND rule != 'split' ORDER BY id
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

    What the entry itself says is then again what it said before, where its present version is the other's.
    """
    [(number,)] = db.execute(
        """
        SELECT 1 + max(
            coalesce((SELECT max(id) FROM entries), 0), coalesce((SELECT max(id) FROM former_entries), 0)
        )
        """
    ).fetchall()
    db.execute("DELETE FROM entry_aliases WHERE entry = ? AND guid = ?", (entry_id, guid))
    rows = with_whole_texts(rows_of(db, entry_id))
    put_back(db, own_rows(rows, int(number), guid, seen))
    db.execute(
        "UPDATE revisions SET entry = ?, guid = NULL WHERE entry = ? AND guid = ?", (number, entry_id, guid)
    )
    db.execute(
        "UPDATE entry_documents SET guid = NULL WHERE entry IN (?, ?) AND guid = ?", (number, entry_id, guid)
    )
    feed = "SELECT ?, feed, id, 'split', ? FROM entries WHERE id = ?"
    db.execute(f"INSERT INTO entry_aliases (guid, feed, entry, rule, at) {feed}", (guid, at, number))
    before = rows_before(rows, guid)
    if before is not None:
        links = links_to(db, entry_id)
        before["revisions"] = [row for row in before["revisions"] if row["guid"] != guid]
        take_away(db, entry_id)
        put_back(db, before)
        lead_links(db, links, entry_id)
    return int(number)


def rows_before(rows: Rows, guid: str) -> Rows | None:
    """The rows of an entry as they were before it came under another guid; None where nothing is known of that. Pure.

    What a revision does not have, such as links, stays.
    """
    if not any(row["guid"] == guid for row in rows["entry_documents"]):
        return None
    edits = [
        row
        for row in rows["revisions"]
        if row["kind"] == "edit" and row["guid"] != guid and row["html"] is not None
    ]
    if not edits:
        return None
    was = max(edits, key=lambda row: (row["seen"], row["id"]))
    [entry], [contents], [said] = rows["entries"], rows["contents"], rows["entry_documents"]
    other = json.loads(was["other"])
    own = {name: was[name] for name in ("title", "url", "author", "fingerprint")}
    kept = {
        name: value for name, value in other.items() if name in entry and not isinstance(value, (list, dict))
    }
    texts = {name: other.get(name) or None for name in ("summary", "summary_text")}
    documents = {"document": was["document"], "last_document": was["last_document"], "read_from": None}
    return rows | {
        "entries": [{**entry, **kept, **own, "url_key": url_key(was["url"]) if was["url"] else None}],
        "contents": [{**contents, **texts, "html": was["html"], "text": was["text"] or ""}],
        "entry_documents": [{**said, **documents, "guid": was["guid"]}],
        "revisions": [row for row in rows["revisions"] if row["id"] != was["id"]],
    }


def own_rows(rows: Rows, number: int, guid: str, seen: str) -> Rows:
    """The rows of an entry for one of its own with the guid that it came under at the time `seen`. Pure."""
    left_out = ("revisions", "entry_aliases", "former_entries")
    copied = {
        table: [_copy(row, number) for row in some] for table, some in rows.items() if table not in left_out
    }
    [entry] = rows["entries"]
    copied["removals"] = [row for row in copied["removals"] if row["last_seen"] >= seen]
    own = {"entries": [{**entry, "id": number, "guid": guid, "first_seen": seen}]}
    return contents_under(copied | own, guid, entry["guid"])


def _copy(row: Row, number: int) -> Row:
    return {name: value for name, value in row.items() if name != "id"} | {"entry": number}
