"""Store which entries a document says were deleted, at once: one look is enough where its publisher says so."""

import json
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlite_utils import Database

from ingest.archive.documents.said_by import DocumentTime, is_of_file
from ingest.archive.removals.absences import EntryTimes
from ingest.archive.removals.marks import mark_removed, mark_removed_earlier, mark_returned
from ingest.archive.removals.stated import stated_of, store_stated
from ingest.archive.removals.tombstones import Tombstone, tombstones_in
from ingest.base.models import CleanFeed


def remove_deleted(db: Database, feed_id: int, feed: CleanFeed, present: Collection[int], now: str) -> int:
    """Mark the entries as removed of which a document fetched at `now` says so, and that it lacks. Returns how many."""
    tombstones = tombstones_in(feed.extra)
    store_stated(db, feed_id, tombstones, now, is_timed=True)
    return _remove(db, [one.id for one in _deleted(db, feed_id, tombstones, present)], now)


def remove_deleted_then(
    db: Database,
    feed_id: int,
    feed: CleanFeed,
    present: Collection[int],
    at: str,
    document: DocumentTime | None,
    dated: bool,
) -> int:
    """The same of a document that was not fetched just now, but saved, or pushed, at the time `at`.

    It comes in order of time where nothing later is known to have had the entry. A file has no time of its own, so that
    nothing may have had the entry since it was deleted. To be called within a transaction.
    """
    tombstones = tombstones_in(feed.extra)
    is_timed = dated or (document is not None and not is_of_file(db, document.id))
    if is_timed:
        mark_returned(db, present, at)
        later = _deleted(db, feed_id, tombstones, present, removed_after=at)
        mark_removed_earlier(db, [one.id for one in later if one.last_there <= at], at)
    store_stated(db, feed_id, tombstones, at, is_timed)
    deleted = _deleted(db, feed_id, tombstones, present)
    return _remove(
        db, [one.id for one in deleted if one.last_there <= (at if is_timed else one.tombstone.at)], at
    )


def remove_stated(db: Database, feed_id: int, guids: Collection[str]) -> int:
    """Mark entries that a document, not fetched just now, has under these guids as removed when a later one, saved
    before, first stated that they were deleted. To be called when it is saved. Returns how many."""
    stated = stated_of(db, feed_id, guids)
    deleted = _deleted(db, feed_id, [one.tombstone for one in stated.values()], ())
    late = [one for one in deleted if one.last_there <= stated[one.tombstone.guid].until]
    return sum(_remove(db, [one.id], stated[one.tombstone.guid].seen) for one in late)


class _Deleted(NamedTuple):
    id: int
    tombstone: Tombstone
    last_there: str  # when a document had it, as far as is known; of files nothing is


# The guid is that under which the entry came last: of one that came under another since, the former tells nothing.
_NAMED = """
SELECT entries.id, said.value, entries.published, entries.updated,
    max(
        iif(documents.id IS NULL, entries.last_seen, iif(documents.final_url LIKE 'file:%', '', documents.at)),
        iif(entries.last_seen = feeds.last_document, coalesce(feeds.last_polled, ''), '')
    )
FROM json_each(:said) AS said JOIN feeds ON feeds.id = :feed
JOIN entries ON iif(:removed_after IS NULL, entries.removed IS NULL, entries.removed > :removed_after AND EXISTS (
    SELECT 1 FROM removals WHERE entry = entries.id AND returned IS NULL AND rule = 'tombstone'
)) AND entries.id IN (
    SELECT id FROM entries WHERE feed = :feed AND guid = said.value
    UNION SELECT entry FROM entry_aliases WHERE feed = :feed AND guid = said.value
)
LEFT JOIN entry_documents ON entry_documents.entry = entries.id
LEFT JOIN documents ON documents.id = entry_documents.last_document
WHERE coalesce(entry_documents.guid, entries.guid) = said.value
"""


def _deleted(
    db: Database,
    feed_id: int,
    tombstones: Iterable[Tombstone],
    present: Collection[int],
    removed_after: str | None = None,
) -> list[_Deleted]:
    """The feed's entries that tombstones hold of, and that are not in the document: of those that are not removed, or
    of those that later tombstones removed."""
    said = {tombstone.guid: tombstone for tombstone in tombstones}
    if not said:
        return []
    rows = db.execute(
        _NAMED, {"feed": feed_id, "said": json.dumps([*said]), "removed_after": removed_after}
    ).fetchall()
    return [
        _Deleted(id, said[guid], there)
        for id, guid, *times, there in rows
        if id not in present and said[guid].is_of(EntryTimes(*times))
    ]


def _remove(db: Database, ids: Collection[int], now: str) -> int:
    db.conn.executemany(
        "UPDATE entries SET missing_since = coalesce(missing_since, ?), looks = coalesce(looks, 0) + 1 WHERE id = ?",
        [(now, id) for id in ids],
    )
    mark_removed(db, ids, "tombstone", now)
    return len(ids)
