"""Find and update entries with their contents, lists and links, as stated in ingest.archive.columns."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from ingest.archive.changes import (
    EntryVersion,
    StoredDate,
    date_seen_earlier,
    updated_date,
)
from ingest.archive.columns import DERIVED, ENTRY_COLUMNS, ENTRY_LISTS, OTHER, EntryList, entry_row
from ingest.archive.edits.settled_dates import settled_date
from ingest.archive.identity.guids import Stored, qualified_guid
from ingest.archive.saving.beside import source_id
from ingest.archive.saving.lists import insert_lists
from ingest.base.models import FIRST_READER, CleanEntry

_NAMES = ", ".join(ENTRY_COLUMNS)
_UPDATE = f"""
UPDATE entries SET
    date = :date, date_from = :date_from, date_corrected = :corrected,
    source = :source, {", ".join(f"{name} = :{name}" for name in ENTRY_COLUMNS)}
WHERE id = :id
"""  # noqa: S608
# CROSS JOIN: SQLite would otherwise walk the entries of the feed. In the order in which the guids are given.
_DISTINCTIONS = """
SELECT guid, url, title, published
FROM json_each(:guids) AS said CROSS JOIN entries ON feed = :feed AND guid = said.value ORDER BY said.key
"""
_BENEATH = """
SELECT guid, url, title, published FROM json_each(:guids) AS said
CROSS JOIN entries ON feed = :feed AND guid >= said.value || '#' AND guid < said.value || '$' ORDER BY said.key, guid
"""
_FOUND = f"""
SELECT entries.guid, entries.id, fingerprint, first_seen, coalesce(reader, {FIRST_READER})
FROM json_each(:guids) AS said CROSS JOIN entries ON feed = :feed AND entries.guid = said.value
LEFT JOIN entry_documents ON entry = entries.id
"""  # noqa: S608
_SEEN = """
coalesce((SELECT max(replaced) FROM revisions WHERE entry = entries.id AND kind = 'edit'), first_seen) AS seen
"""
_STORED_DATE = f"""
SELECT date_corrected, published, updated, date, date_from, first_seen, {_SEEN} FROM entries WHERE id = ?
"""  # noqa: S608
_STORED_VERSION = f"""
SELECT html, text, coalesce(summary, '') AS summary, coalesce(summary_text, '') AS summary_text, {_NAMES},
    (SELECT json_object('title', title, 'url', url) FROM sources WHERE sources.id = entries.source) AS source, {_SEEN}
FROM entries JOIN contents ON contents.entry = entries.id WHERE entries.id = ?
"""  # noqa: S608


@dataclass(frozen=True)
class FoundEntry:
    """A stored entry, as far as most documents need it. `reader` is the version of the reading that read it."""

    id: int
    fingerprint: str
    first_seen: str
    reader: int


def find_entry(db: Database, feed_id: int, guid: str) -> FoundEntry | None:
    """The feed's entry with this guid; None where there is none."""
    return find_entries(db, feed_id, [guid]).get(guid)


def find_entries(db: Database, feed_id: int, guids: Collection[str]) -> dict[str, FoundEntry]:
    """The feed's entries that have one of these guids, by guid."""
    rows = db.execute(_FOUND, {"guids": json.dumps([*guids]), "feed": feed_id})
    return {guid: FoundEntry(*found) for guid, *found in rows}


def known_guids(db: Database, feed_id: int, entries: Sequence[CleanEntry]) -> dict[str, Stored]:
    """The stored entries that have the guid or a qualified guid of one of a document's entries, for `identify`.

    Of the qualified guids only its own, if that says the same of it.
    """
    pairs = [(entry, sorted({entry.guid, qualified_guid(entry)})) for entry in entries]
    asked = dict.fromkeys(guid for _, guids in pairs for guid in guids)
    known = _distinctions(db, _DISTINCTIONS, feed_id, asked)
    unclear = dict.fromkeys(
        entry.guid
        for entry, guids in pairs
        if not any(known.get(guid) == Stored(entry.url, entry.title, entry.published) for guid in guids)
    )
    return known | _distinctions(db, _BENEATH, feed_id, unclear) if unclear else known


def _distinctions(db: Database, query: str, feed_id: int, guids: Iterable[str]) -> dict[str, Stored]:
    rows = db.execute(query, {"feed": feed_id, "guids": json.dumps([*guids])})
    return {guid: Stored(*said) for guid, *said in rows}


def shared_guids(db: Database, feed_id: int, entries: Sequence[CleanEntry]) -> set[str]:
    """Of a document's derived guids those that are part of a stored entry's qualified guid, for `identify`."""
    derived = {entry.guid for entry in entries if entry.guid_derived}
    if not derived:
        return set()
    beneath = """
    SELECT value FROM json_each(:guids) WHERE EXISTS (
        SELECT 1 FROM entries WHERE feed = :feed AND guid >= value || '#' AND guid < value || '$'
    )
    """
    rows = db.execute(beneath, {"feed": feed_id, "guids": json.dumps([*derived])})
    return {guid for (guid,) in rows}


def stored_version(db: Database, entry_id: int) -> EntryVersion:
    """The stored version of an entry, for `decide`."""
    [row] = _rows(db, _STORED_VERSION, entry_id)
    lists = {one.name: _stored_list(db, one, entry_id) for one in ENTRY_LISTS}
    row["source"] = row["source"] and json.loads(row["source"])
    return EntryVersion(
        fingerprint=row["fingerprint"],
        title=row["title"],
        url=row["url"],
        author=row["author"],
        html=row["html"],
        other={name: lists[name] if name in lists else row[name] for name in OTHER},
        seen=row["seen"],
        text=row["text"],
        derived={name: lists[name] if name in lists else row[name] for name in DERIVED},
    )


def update_entry(
    db: Database, entry_id: int, entry: CleanEntry, now: str, document_date: str | None, of_feed: bool = False
) -> None:
    """Replace all that comes from a document by what one of `now` says, but for what `store_beside` stores.

    `of_feed`: what differs is the feed's doing, not another reading's, so that the date by which it is sorted stays.
    """
    stored, corrected = _stored_date(db, entry_id)
    dated = updated_date(stored, entry.published, entry.updated, document_date, now)
    if of_feed:
        dated, corrected = settled_date(stored, dated, corrected)
    values = {**_row(db, entry), **dated._asdict(), "corrected": corrected}
    [(key,)] = db.execute("SELECT url_key FROM entries WHERE id = ?", (entry_id,)).fetchall()
    db.execute(_UPDATE, {**values, "id": entry_id})
    db.execute(
        "UPDATE contents SET html = ?, text = ?, summary = ?, summary_text = ? WHERE entry = ?",
        (entry.html, entry.text, entry.summary or None, entry.summary_text or None, entry_id),
    )
    for one in ENTRY_LISTS:
        db.execute(f"DELETE FROM {one.table} WHERE entry = ?", (entry_id,))  # noqa: S608
    insert_lists(db, [(entry_id, entry)])
    if key != values["url_key"]:
        _resolve_links_to(db, entry_id, values["url_key"])


def touch_entry(db: Database, entry_id: int, entry: CleanEntry) -> None:
    """Store the fingerprint of an entry that says the same, and the present title of its source."""
    db.execute("UPDATE entries SET fingerprint = ? WHERE id = ?", (entry.fingerprint, entry_id))
    if entry.source:
        source_id(db, entry.source)


def seen_earlier(db: Database, entry_id: int, now: str, document_date: str | None) -> None:
    """Move first_seen back to `now`, the time of a saved document, and the date with it where it has no other."""
    stored, _ = _stored_date(db, entry_id)
    dated = date_seen_earlier(stored, document_date, now)
    db.execute(
        """
        UPDATE entries SET first_seen = min(first_seen, :now), date = :date, date_from = :date_from
        WHERE id = :id AND (first_seen, date, date_from) IS NOT (min(first_seen, :now), :date, :date_from)
        """,
        {"id": entry_id, "now": now, **dated._asdict()},
    )


def _row(db: Database, entry: CleanEntry) -> dict[str, Any]:
    return {**entry_row(entry), "source": source_id(db, entry.source) if entry.source else None}


def _stored_date(db: Database, entry_id: int) -> tuple[StoredDate, bool]:
    """What is stored of an entry's dates, and whether the feed has corrected the one by which it is sorted."""
    [(corrected, *row)] = db.execute(_STORED_DATE, (entry_id,)).fetchall()
    return StoredDate(*row), bool(corrected)


def _stored_list(db: Database, one: EntryList, entry_id: int) -> list[Any]:
    """The values of a list as in revisions: of one column its value, of several columns an object."""
    rows = _rows(db, one.select, entry_id)
    return [next(iter(row.values())) if len(row) == 1 else row for row in rows]


def _rows(db: Database, query: str, entry_id: int) -> list[dict[str, Any]]:
    cursor = db.execute(query, (entry_id,))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _resolve_links_to(db: Database, entry_id: int, key: str | None) -> None:
    """Resolve stored links to an entry whose URL has changed."""
    db.execute("UPDATE links SET target = NULL WHERE target = ? AND url_key IS NOT ?", (entry_id, key))
    db.execute(
        "UPDATE links SET target = ? WHERE url_key = ? AND target IS NULL AND entry != ?",
        (entry_id, key, entry_id),
    )
