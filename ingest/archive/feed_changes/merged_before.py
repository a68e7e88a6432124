"""What was kept of entries that were merged before, taken into another feed with them, to be split there."""

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from ingest.archive.feed_changes.matching import guids_beside
from ingest.archive.identity.values import StoredPost


def move_merged_before(db: Database, going: int, staying: int, beside: Mapping[int, str]) -> None:
    """Have the entries that were merged in the feed `going` split within the feed `staying`.

    `beside` are the other guids that entries of the former get there, by id; what was merged gets one too where its own
    is taken.
    """
    taken = {
        guid for (guid,) in db.execute("SELECT guid FROM entries WHERE feed IN (?, ?)", (going, staying))
    }
    rows = db.execute(
        """
        SELECT former_entries.id, former, present FROM former_entries JOIN entries ON entries.id = entry
        WHERE feed = ?
        """,
        (going,),
    )
    for number, former, present in rows.fetchall():
        kept = [json.loads(former), json.loads(present)]
        own = {one.id: one.guid for one in map(_known, kept)}
        guids = (
            own
            | guids_beside(taken, [_known(kept[0])])
            | {entry: beside[entry] for entry in own.keys() & beside.keys()}
        )
        taken |= {*guids.values()}
        db.execute(
            "UPDATE former_entries SET former = ?, present = ? WHERE id = ?",
            (*(_of_feed(one, staying, guids) for one in kept), number),
        )


def _known(kept: Mapping[str, Any]) -> StoredPost:
    [row] = kept["entries"]
    return StoredPost(row["id"], row["guid"], row["url"], row["title"], row["published"])


def _of_feed(kept: Mapping[str, Any], feed_id: int, guids: Mapping[int, str]) -> str:
    entries = [{**row, "feed": feed_id, "guid": guids[row["id"]]} for row in kept["entries"]]
    aliases = [{**row, "feed": feed_id} for row in kept.get("entry_aliases", ())]
    return json.dumps({**kept, "entries": entries, "entry_aliases": aliases}, ensure_ascii=False)
