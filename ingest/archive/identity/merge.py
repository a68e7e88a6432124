"""Make two entries one by hand, and two of one again, with nothing lost."""

import json
from dataclasses import dataclass

from sqlite_utils import Database

from ingest.archive.documents.said_by import load_said_by
from ingest.archive.entries import stored_version
from ingest.archive.file.opening import transaction
from ingest.archive.identity.anchors import version_under
from ingest.archive.identity.entry_rows import (
    Rows,
    lead_links,
    links_to,
    put_back,
    rows_of,
    take_away,
    with_revisions,
    with_whole_texts,
)
from ingest.archive.identity.merged_rows import (
    is_later,
    merged_rows,
    split_rows,
    with_own_guid,
)
from ingest.archive.revisions import insert_revision


class NotToBeMerged(ValueError):
    """The entries cannot be merged, or split. `why` is for the user, and `advice` for who types commands."""

    def __init__(self, why: str, advice: str = "") -> None:
        super().__init__(f"{why} {advice}".strip())
        self.why = why


@dataclass(frozen=True)
class EntryMerge:
    """That the entry `former` became a part of `entry`. `whole` is the entry that this is a part of by now."""

    entry: int
    former: int
    whole: int
    at: str


def merge_entries(db: Database, entry_id: int, former_id: int, at: str) -> None:
    """Make `former_id` a part of `entry_id`, to which its page leads from then on. Raises NotToBeMerged."""
    with transaction(db):
        entry, former = _entry(db, entry_id), _entry(db, former_id)
        why_not = _why_not(entry, former)
        if why_not:
            raise why_not
        revision = _keep_displaced(db, *((entry, former) if is_later(former, entry) else (former, entry)))
        both = [with_whole_texts(with_revisions(db, rows)) for rows in (entry, former)]
        merged = merged_rows(both[0], with_own_guid(both[1]))
        led_to_former, links = links_to(db, former_id), links_to(db, entry_id, former_id)
        take_away(db, entry_id)
        take_away(db, former_id)
        put_back(db, merged)
        lead_links(db, links, entry_id)
        [was] = former["entries"]
        db.execute(
            """
            INSERT INTO entry_aliases (feed, guid, entry, former_entry, rule, at) VALUES (?, ?, ?, ?, 'merge', ?)
            ON CONFLICT (feed, guid) DO UPDATE SET
                entry = excluded.entry, former_entry = excluded.former_entry, rule = excluded.rule, at = excluded.at
            """,
            (was["feed"], was["guid"], entry_id, former_id, at),
        )
        db.execute(
            """
            INSERT INTO former_entries (id, entry, merged_into, step, at, revision, links, former, present)
            VALUES (
                :former_id, :entry_id, :entry_id,
                (SELECT 1 + coalesce(max(step), 0) FROM former_entries WHERE entry = :entry_id), :at,
                :revision, :links, :former, :present
            )
            """,
            {
                "former_id": former_id,
                "entry_id": entry_id,
                "at": at,
                "revision": revision,
                "links": json.dumps(led_to_former),
                "former": _json(former),
                "present": _json(entry),
            },
        )


def split_entry(db: Database, former_id: int) -> int:
    """Make an entry that was merged one of its own again, and return from which. Raises NotToBeMerged.

    Each merge can be undone exactly when it is the last: what was merged later is undone before, and done again.
    """
    with transaction(db):
        found = db.execute("SELECT entry FROM former_entries WHERE id = ?", (former_id,)).fetchone()
        if found is None:
            raise NotToBeMerged(f"Entry {former_id} was not merged into another.")
        later: list[EntryMerge] = []
        while (merge := _last_merge(db, former_id)).former != former_id:
            _undo(db, merge)
            later.append(merge)
        _undo(db, merge)
        for undone in reversed(later):
            merge_entries(db, undone.entry, undone.former, undone.at)
        return int(found[0])


def _last_merge(db: Database, former_id: int) -> EntryMerge:
    """The last merge into the entry that a merged one is a part of."""
    row = db.execute(
        """
        SELECT merged_into, id, entry, at FROM former_entries
        WHERE entry = (SELECT entry FROM former_entries WHERE id = ?) AND merged_into = entry
        ORDER BY step DESC LIMIT 1
        """,
        (former_id,),
    ).fetchone()
    return EntryMerge(*row)


def _undo(db: Database, merge: EntryMerge) -> None:
    """Undo the last merge into an entry."""
    revision, led_to_former, former, present = db.execute(
        "SELECT revision, links, former, present FROM former_entries WHERE id = ?", (merge.former,)
    ).fetchone()
    now = with_whole_texts(rows_of(db, merge.entry))
    now["revisions"] = [row for row in now["revisions"] if row["id"] != revision]
    entry, again = split_rows(now, json.loads(present), json.loads(former))
    links = links_to(db, merge.entry)
    take_away(db, merge.entry)
    put_back(db, *(_without_split_off(db, rows) for rows in (entry, again)))
    lead_links(db, links, merge.entry)
    lead_links(db, {*json.loads(led_to_former)} & {*links}, merge.former)
    db.execute(
        """
        UPDATE links SET target = :former WHERE target = :entry AND url_key IN (SELECT value FROM json_each(:keys))
        """,
        {"former": merge.former, "entry": merge.entry, "keys": json.dumps([*(_keys(again) - _keys(entry))])},
    )


def _without_split_off(db: Database, rows: Rows) -> Rows:
    """The rows without the aliases that were split off since, and are of other entries now."""
    said = json.dumps([row["guid"] for row in rows["entry_aliases"]])
    found = db.execute(
        "SELECT guid FROM entry_aliases WHERE feed = ? AND guid IN (SELECT value FROM json_each(?))",
        (rows["entries"][0]["feed"], said),
    )
    elsewhere = {guid for (guid,) in found.fetchall()}
    return rows | {"entry_aliases": [row for row in rows["entry_aliases"] if row["guid"] not in elsewhere]}


def _keys(rows: Rows) -> set[str]:
    """The addresses of an entry and of what was merged into it, also those that it had before."""
    kept = [row[then] for row in rows["former_entries"] for then in ("former", "present")]
    parts = [rows, *map(json.loads, kept)]
    return {part["entries"][0]["url_key"] for part in parts} - {None}


def _why_not(entry: Rows, former: Rows) -> NotToBeMerged | None:
    [kept], [gone] = entry["entries"], former["entries"]
    if kept["id"] == gone["id"]:
        return NotToBeMerged(f"Entry {kept['id']} is one already. Name two.")
    if kept["feed"] != gone["feed"]:
        return NotToBeMerged(
            f"Entry {kept['id']} is of feed {kept['feed']}, entry {gone['id']} of feed {gone['feed']}. "
            "Only entries of one feed can be merged.",
            "Where the two are one feed: feedsette merge-feeds.",
        )
    return None


def _entry(db: Database, entry_id: int) -> Rows:
    rows = rows_of(db, entry_id)
    if not rows["entries"]:
        raise NotToBeMerged(f"The archive has no entry {entry_id}.")
    return rows


def _keep_displaced(db: Database, displaced: Rows, stays: Rows) -> int | None:
    """Keep the version that is not the present one of both, where it says something else, and return the revision."""
    [gone], [kept] = displaced["entries"], stays["entries"]
    was, now = stored_version(db, gone["id"]), stored_version(db, kept["id"])
    if version_under(now, gone["guid"], kept["guid"]).says_the_same_as(was):
        return None
    insert_revision(db, gone["id"], was, max(was.seen, now.seen), "edit", load_said_by(db, gone["id"]))
    [(number,)] = db.execute("SELECT max(id) FROM revisions WHERE entry = ?", (gone["id"],)).fetchall()
    return int(number)


def _json(rows: Rows) -> str:
    """All but what was merged into it, which the table has as rows of their own."""
    return json.dumps(
        {table: some for table, some in rows.items() if table != "former_entries"}, ensure_ascii=False
    )
