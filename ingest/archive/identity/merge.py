"""Make two entries one by hand, and two of one again, with nothing lost."""

import json

from sqlite_utils import Database

from ingest.archive.documents.said_by import load_said_by
from ingest.archive.entries import stored_version
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
from ingest.archive.identity.merged_rows import is_later, merged_rows, split_rows, with_own_guid
from ingest.archive.revisions import insert_revision


class NotToBeMerged(ValueError):
    """The entries cannot be merged, or split. The message is a sentence for the user."""


def merge_entries(db: Database, entry_id: int, former_id: int, at: str) -> None:
    """Make `former_id` a part of `entry_id`, to which its page leads from then on. Raises NotToBeMerged."""
    with transaction(db):
        entry, former = _entry(db, entry_id), _entry(db, former_id)
        why_not = _why_not(entry, former)
        if why_not:
            raise NotToBeMerged(why_not)
        _keep_displaced(db, entry_id, former_id, is_later(former, entry))
        kept, gone = (with_whole_texts(rows_of(db, one)) for one in (entry_id, former_id))
        merged = merged_rows(kept, with_own_guid(gone))
        links = links_to(db, entry_id, former_id)
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
            "INSERT INTO former_entries (id, entry, at, former, present) VALUES (?, ?, ?, ?, ?)",
            (former_id, entry_id, at, _json(former), _json(entry)),
        )


def split_entry(db: Database, former_id: int) -> int:
    """Make an entry that was merged one of its own again, and return from which. Raises NotToBeMerged."""
    with transaction(db):
        found = db.execute(
            "SELECT entry, former, present FROM former_entries WHERE id = ?", (former_id,)
        ).fetchone()
        if found is None:
            raise NotToBeMerged(f"Entry {former_id} was not merged into another.")
        entry_id, former, present = found
        was, other = json.loads(present), json.loads(former)
        entry, again = split_rows(_without_merge(db, entry_id, former_id, was, other), was, other)
        links = links_to(db, entry_id, former_id)
        take_away(db, entry_id)
        put_back(db, entry)
        put_back(db, again)
        lead_links(db, links, entry_id)
        key = again["entries"][0]["url_key"]
        db.execute(
            "UPDATE links SET target = ? WHERE url_key = ? AND url_key IS NOT ? AND target = ?",
            (former_id, key, entry["entries"][0]["url_key"], entry_id),
        )
        return int(entry_id)


def _why_not(entry: Rows, former: Rows) -> str | None:
    [kept], [gone] = entry["entries"], former["entries"]
    if kept["id"] == gone["id"]:
        return f"Entry {kept['id']} is one already. Name two."
    if kept["feed"] != gone["feed"]:
        return (
            f"Entry {kept['id']} is of feed {kept['feed']}, entry {gone['id']} of feed {gone['feed']}. "
            "Entries of one feed can be merged; merge-feeds makes two feeds one."
        )
    return None


def _entry(db: Database, entry_id: int) -> Rows:
    rows = rows_of(db, entry_id)
    if not rows["entries"]:
        raise NotToBeMerged(f"The archive has no entry {entry_id}.")
    return rows


def _keep_displaced(db: Database, entry_id: int, former_id: int, former_stays: bool) -> None:
    """Keep the version that is not the present one of both as a revision, where it says something else."""
    displaced, stays = (entry_id, former_id) if former_stays else (former_id, entry_id)
    was, now = stored_version(db, displaced), stored_version(db, stays)
    if not now.says_the_same_as(was):
        insert_revision(db, displaced, was, max(was.seen, now.seen), "edit", load_said_by(db, displaced))


def _without_merge(db: Database, entry_id: int, former_id: int, was: Rows, other: Rows) -> Rows:
    """The rows of the entry as it is now, without the revision that the merge made of the version that it displaced."""
    now = with_whole_texts(rows_of(db, entry_id))
    displaced = was if is_later(other, was) else other
    known = {row["id"] for rows in (was, other) for row in rows["revisions"]}
    print_of = displaced["entries"][0]["fingerprint"]
    made = next(
        (row["id"] for row in now["revisions"] if row["id"] not in known and row["fingerprint"] == print_of),
        None,
    )
    return now | {
        "revisions": [row for row in now["revisions"] if row["id"] != made],
        "former_entries": [row for row in now["former_entries"] if row["id"] != former_id],
    }


def _json(rows: Rows) -> str:
    return json.dumps(rows, ensure_ascii=False)
