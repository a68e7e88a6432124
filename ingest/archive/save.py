"""Save a cleaned document in one transaction: its feed, its entries, and revisions of those that were edited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from ingest.archive.changes import Verdict, decide, identify, is_last, version
from ingest.archive.documents.keep import keep_document, note_reading
from ingest.archive.documents.pack import PackedDocument
from ingest.archive.documents.reading import reading_digest
from ingest.archive.entries import (
    find_entry,
    insert_entry,
    known_guids,
    seen_earlier,
    shared_guids,
    stored_text,
    stored_version,
    update_entry,
    update_fingerprint,
)
from ingest.archive.feeds import save_feed
from ingest.archive.file.opening import transaction
from ingest.archive.polls import Poll, record_poll
from ingest.archive.revisions import insert_older_revision, insert_revision, load_revisions
from ingest.archive.window import last_window, mark_removed, mark_seen
from ingest.base.models import CleanEntry, CleanFeed


@dataclass(frozen=True)
class Saved:
    """How many of a document's entries were new, changed and unchanged, and how many of its feed it removed."""

    feed: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0


def save(
    db: Database,
    feed: CleanFeed,
    *,
    url: str,
    now: str,
    poll: Poll | None = None,
    state: str = "paused",
    document: PackedDocument | int | None = None,
) -> Saved:
    """Save a document of the feed at `url` in one transaction.

    `now` is when it was fetched or captured, as in ingest.base.models. `poll` is given where it was fetched just now;
    without it the document may be of any time, and saving it again writes nothing. `state` is for a feed that is new.
    `document` is kept with what it says; it was received at `now`. It may be the row of one that has these bytes.
    """
    live = poll is not None
    with transaction(db):
        feed_id = save_feed(db, feed, url, now, state, live)
        if document:
            _keep(db, feed_id, document, feed)
        before = last_window(db, feed_id)
        verdicts = _save_entries(db, feed_id, feed.entries, now, live)
        removed = 0
        if live:
            mark_seen(db, feed_id, verdicts, now)
            if not feed.damage:  # what a broken document lacks need not be gone
                removed = mark_removed(db, before, verdicts, now)
        saved = _count(feed_id, verdicts.values(), removed)
        if poll:
            record_poll(db, feed_id, poll, now, saved.new, saved.changed, saved.removed)
        return saved


def _keep(db: Database, feed_id: int, document: PackedDocument | int, feed: CleanFeed) -> int:
    if isinstance(document, PackedDocument):
        return keep_document(db, feed_id, document, reading_digest(feed), feed.url, damage=feed.damage)
    note_reading(db, document, reading_digest(feed), feed.url, damage=feed.damage)
    return document


# By importance, of which the greatest counts for an entry that a document has more than once.
_BY_IMPORTANCE = [Verdict.UNCHANGED, Verdict.TOUCHED, Verdict.OLDER, Verdict.CHANGED, Verdict.NEW]


def _save_entries(
    db: Database, feed_id: int, entries: Sequence[CleanEntry], now: str, live: bool
) -> dict[int, Verdict]:
    """Save the entries of a document, and return the verdict on each by its id."""
    guids = identify(entries, known_guids(db, feed_id, entries), shared_guids(db, feed_id, entries))
    verdicts: dict[int, Verdict] = {}
    for entry, guid, last in zip(entries, guids, is_last(guids), strict=True):
        entry_id, verdict = _save_entry(db, feed_id, replace(entry, guid=guid), now, current=live and last)
        verdicts[entry_id] = max(verdicts.get(entry_id, verdict), verdict, key=_BY_IMPORTANCE.index)
    return verdicts


def _save_entry(
    db: Database, feed_id: int, entry: CleanEntry, now: str, current: bool
) -> tuple[int, Verdict]:
    found = find_entry(db, feed_id, entry.guid)
    if found is None:
        return insert_entry(db, feed_id, entry, now), Verdict.NEW
    entry_id, fingerprint, first_seen = found
    verdict = Verdict.UNCHANGED  # in most cases, so that nothing else is read
    if fingerprint != entry.fingerprint:
        verdict = _save_version(db, entry_id, entry, now, current)
    if now < first_seen:
        seen_earlier(db, entry_id, now)
    return entry_id, verdict


def _save_version(db: Database, entry_id: int, entry: CleanEntry, now: str, current: bool) -> Verdict:
    stored, incoming = stored_version(db, entry_id), version(entry, now)
    verdict = decide(incoming, stored, load_revisions(db, entry_id), current)
    if verdict is Verdict.CHANGED:
        insert_revision(db, entry_id, stored, stored_text(db, entry_id), now)
        update_entry(db, entry_id, entry)
    elif verdict is Verdict.OLDER:
        insert_older_revision(db, entry_id, incoming, entry.text, stored.seen)
    elif verdict is Verdict.TOUCHED:
        update_fingerprint(db, entry_id, entry.fingerprint)
    return verdict


def _count(feed_id: int, verdicts: Iterable[Verdict], removed: int) -> Saved:
    verdicts = list(verdicts)
    new = verdicts.count(Verdict.NEW)
    changed = verdicts.count(Verdict.CHANGED) + verdicts.count(Verdict.OLDER)
    return Saved(feed_id, new, changed, len(verdicts) - new - changed, removed)
