"""Store what a feed's document tells of the entries that it lacks: missing, removed, or there again."""

import json
from collections.abc import Collection, Iterable

from sqlite_utils import Database

from ingest.archive.removals.absences import (
    Absence,
    DocumentOrder,
    EntryTimes,
    WindowEntry,
    document_orders,
    judge_absences,
)
from ingest.archive.removals.tombstones import Tombstone, tombstones_in
from ingest.base.models import FIRST_READER, CleanFeed

_TIMES = "entries.id, entries.published, entries.updated, entries.source"


def look_for_removals(
    db: Database,
    feed_id: int,
    feed: CleanFeed,
    window: Collection[int],
    present: Collection[int],
    now: str,
    reader: int,
) -> int:
    """Store which entries of a feed a document fetched at `now` lacks. Returns how many were found to be removed.

    `window` has the ids of the entries of the document before, `present` of this one's. What a damaged document lacks
    need not be gone. To be called within a transaction.
    """
    _mark_returned(db, present, now)
    orders = document_orders([EntryTimes(entry.published, entry.updated) for entry in feed.entries])
    common = orders & _orders_before(db, feed_id)
    _store_orders(db, feed_id, orders)
    removed = _remove_deleted(db, feed_id, tombstones_in(feed.extra), present, now)
    if feed.damage:
        return removed
    entries = _entries_of(db, window)
    judged = judge_absences(entries, _missing(db, feed_id, reader), present, common, now)
    _mark_present(db, judged.settled)
    _mark_missing(db, judged.missing)
    _mark_missing(db, judged.removed)
    _mark_removed(db, [absence.entry.id for absence in judged.removed], "order", now)
    return removed + len(judged.removed)


def _orders_before(db: Database, feed_id: int) -> frozenset[DocumentOrder]:
    """The orders of time that the document before was in."""
    [(stored,)] = db.execute("SELECT document_order FROM feeds WHERE id = ?", (feed_id,)).fetchall()
    return frozenset(stored.split(", ")) if stored else frozenset()


def _store_orders(db: Database, feed_id: int, orders: frozenset[DocumentOrder]) -> None:
    db.execute(
        "UPDATE feeds SET document_order = :orders WHERE id = :id AND document_order IS NOT :orders",
        {"orders": ", ".join(sorted(orders)) or None, "id": feed_id},
    )


def _entries_of(db: Database, ids: Iterable[int]) -> list[WindowEntry]:
    rows = db.execute(
        f"SELECT {_TIMES} FROM entries WHERE id IN (SELECT value FROM json_each(?)) AND removed IS NULL "  # noqa: S608
        "AND missing_since IS NULL",
        (json.dumps([*ids]),),
    )
    return [
        WindowEntry(id, EntryTimes(published, updated), source) for id, published, updated, source in rows
    ]


def _missing(db: Database, feed_id: int, reader: int) -> list[Absence]:
    """The entries that the documents before lacked and that may be removed, of those that this reader found."""
    rows = db.execute(
        f"""
        SELECT {_TIMES}, missing_since, looks FROM entries
        LEFT JOIN entry_documents ON entry_documents.entry = entries.id
        WHERE entries.feed = ? AND missing_since IS NOT NULL AND removed IS NULL
            AND coalesce(entry_documents.reader, ?) = ?
        """,  # noqa: S608
        (feed_id, FIRST_READER, reader),
    )
    return [
        Absence(WindowEntry(id, EntryTimes(published, updated), source), since, looks)
        for id, published, updated, source, since, looks in rows
    ]


def _remove_deleted(
    db: Database, feed_id: int, tombstones: Iterable[Tombstone], present: Collection[int], now: str
) -> int:
    """Mark the feed's entries as removed of which its document says so, and which are not in it. Returns how many."""
    said = {tombstone.guid: tombstone for tombstone in tombstones}
    rows = db.execute(
        """
        SELECT id, guid, published, updated FROM entries
        WHERE feed = ? AND guid IN (SELECT value FROM json_each(?)) AND removed IS NULL
        """,
        (feed_id, json.dumps([*said])),
    )
    ids = [id for id, guid, *times in rows if id not in present and said[guid].is_of(EntryTimes(*times))]
    db.conn.executemany(
        "UPDATE entries SET missing_since = coalesce(missing_since, ?), looks = coalesce(looks, 0) + 1 WHERE id = ?",
        [(now, id) for id in ids],
    )
    _mark_removed(db, ids, "tombstone", now)
    return len(ids)


def _mark_missing(db: Database, absences: Iterable[Absence]) -> None:
    db.conn.executemany(
        "UPDATE entries SET missing_since = ?, looks = ? WHERE id = ?",
        [(absence.since, absence.looks, absence.entry.id) for absence in absences],
    )


def _mark_removed(db: Database, ids: Iterable[int], rule: str, now: str) -> None:
    for id in ids:
        db.execute("UPDATE entries SET removed = ? WHERE id = ?", (now, id))
        db.execute(
            """
            INSERT INTO removals (entry, last_seen, missing_since, looks, removed, rule)
            SELECT id, last_seen, missing_since, looks, removed, ? FROM entries WHERE id = ?
            """,
            (rule, id),
        )


def _mark_present(db: Database, ids: Iterable[int]) -> None:
    """Take back that these are missing; those that are removed stay so."""
    db.conn.executemany(
        "UPDATE entries SET missing_since = NULL, looks = NULL WHERE id = ? AND missing_since IS NOT NULL",
        [(id,) for id in ids],
    )


def _mark_returned(db: Database, present: Collection[int], now: str) -> None:
    """Keep when entries that were removed, or missing, are there again."""
    rows = db.execute(
        """
        SELECT id FROM entries WHERE id IN (SELECT value FROM json_each(?))
            AND (removed IS NOT NULL OR missing_since IS NOT NULL)
        """,
        (json.dumps([*present]),),
    ).fetchall()
    for (id,) in rows:
        # A mark of an earlier release has no row yet.
        db.execute(
            """
            INSERT INTO removals (entry, last_seen, removed)
            SELECT id, last_seen, removed FROM entries WHERE id = ? AND removed IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM removals WHERE entry = entries.id AND returned IS NULL)
            """,
            (id,),
        )
        db.execute("UPDATE removals SET returned = ? WHERE entry = ? AND returned IS NULL", (now, id))
        db.execute(
            "UPDATE entries SET removed = NULL, missing_since = NULL, looks = NULL WHERE id = ?", (id,)
        )
