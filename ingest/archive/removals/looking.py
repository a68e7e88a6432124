"""Store what a feed's fetched document tells of the entries that it lacks: missing, removed, or there again."""

import json
from collections.abc import Collection, Iterable

from sqlite_utils import Database

from ingest.archive.removals.absences import (
    Absence,
    DocumentOrder,
    EntryTimes,
    WindowEntry,
    common_orders,
    document_orders,
    judge_absences,
    origin_of,
    shows_nothing_between,
)
from ingest.archive.removals.deleted import remove_deleted
from ingest.archive.removals.marks import mark_missing, mark_removed, mark_returned, mark_settled
from ingest.archive.window import last_window
from ingest.base.models import FIRST_READER, READER, CleanFeed

_TIMES = "entries.id, entries.published, entries.updated, entries.source, entries.url"


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
    mark_returned(db, present, now)
    removed = remove_deleted(db, feed_id, feed, present, now)
    times = [EntryTimes(entry.published, entry.updated) for entry in feed.entries]
    if feed.damage or shows_nothing_between(times):
        return removed
    orders = document_orders(times)
    common = common_orders(orders, _orders_before(db, feed_id))
    _store_orders(db, feed_id, orders, now)
    entries = _entries_of(db, window)
    return removed + _judge(db, entries, _missing(db, feed_id, reader), present, common, now)


def look_again(db: Database, feed_id: int, now: str, reader: int = READER) -> int:
    """Store that at `now` the last document of a feed was still what it has: another look at what it lacks.

    Returns how many were found to be removed. To be called within a transaction.
    """
    missing = _missing(db, feed_id, reader)
    if not missing or not _last_shows_removals(db, feed_id):
        return 0
    present = last_window(db, feed_id, reader).keys()
    return _judge(db, _entries_of(db, present), missing, present, _orders_before(db, feed_id), now)


def _judge(
    db: Database,
    window: Iterable[WindowEntry],
    missing: Collection[Absence],
    present: Collection[int],
    orders: Collection[DocumentOrder],
    now: str,
) -> int:
    judged = judge_absences(window, [*missing], present, orders, now)
    mark_settled(db, judged.settled)
    mark_missing(db, judged.missing)
    mark_missing(db, judged.removed)
    mark_removed(db, [absence.entry.id for absence in judged.removed], "order", now)
    return len(judged.removed)


def _last_shows_removals(db: Database, feed_id: int) -> bool:
    """Whether the last document of a feed was one that tells of removals."""
    [(shows,)] = db.execute(
        "SELECT last_document = window_document FROM feeds WHERE id = ?", (feed_id,)
    ).fetchall()
    return bool(shows)


def _orders_before(db: Database, feed_id: int) -> frozenset[DocumentOrder]:
    """The orders of time that the last document was in that tells of removals."""
    [(stored,)] = db.execute("SELECT document_order FROM feeds WHERE id = ?", (feed_id,)).fetchall()
    return frozenset(stored.split(", ")) if stored else frozenset()


def _store_orders(db: Database, feed_id: int, orders: frozenset[DocumentOrder], now: str) -> None:
    db.execute(
        "UPDATE feeds SET document_order = ?, window_document = ? WHERE id = ?",
        (", ".join(sorted(orders)) or None, now, feed_id),
    )


def _entries_of(db: Database, ids: Iterable[int]) -> list[WindowEntry]:
    rows = db.execute(
        f"SELECT {_TIMES} FROM entries WHERE id IN (SELECT value FROM json_each(?)) AND removed IS NULL "  # noqa: S608
        "AND missing_since IS NULL",
        (json.dumps([*ids]),),
    )
    return [
        WindowEntry(id, EntryTimes(published, updated), origin_of(source, url))
        for id, published, updated, source, url in rows
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
        Absence(WindowEntry(id, EntryTimes(published, updated), origin_of(source, url)), since, looks)
        for id, published, updated, source, url, since, looks in rows
    ]
