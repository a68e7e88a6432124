"""Save a cleaned document in one transaction: its feed, its entries, and revisions of those that were edited."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlite_utils import Database

from ingest.archive.changes import Verdict, is_last
from ingest.archive.documents.identify_entries import identify_entries
from ingest.archive.documents.keep import keep_document
from ingest.archive.documents.reading import reading_digest
from ingest.archive.documents.said_by import (
    DocumentTime,
    document_time,
    is_of_file,
    store_also_said,
    store_reading,
    was_read,
)
from ingest.archive.documents.warc.pack import PackedDocument
from ingest.archive.entries import FoundEntry, find_entries, find_entry, seen_earlier
from ingest.archive.feeds import added_earlier, feed_address, find_feed, save_feed, update_feed
from ingest.archive.file.opening import document_transaction
from ingest.archive.file.page_cache import pages_for
from ingest.archive.identity.aliases import has_aliases, store_said_under
from ingest.archive.identity.anchors import stored_under
from ingest.archive.known.known_entries import stored_as_known
from ingest.archive.known.save_known import save_known
from ingest.archive.polls import Poll, record_poll
from ingest.archive.removals.deleted import remove_deleted_then, remove_stated
from ingest.archive.removals.looking import look_for_removals
from ingest.archive.saving.document_summaries import summarised_entries
from ingest.archive.saving.document_template import note_template
from ingest.archive.saving.insert_entries import insert_entries, next_entry_id
from ingest.archive.saving.kept_last import kept_last
from ingest.archive.saving.outcome import DocumentReading, Reread, Saved, SavedEntries
from ingest.archive.saving.own_values import own_values_of, without_own_values
from ingest.archive.saving.save_version import save_version
from ingest.archive.window import last_window, mark_seen, mark_seen_then
from ingest.base.models import READER, CleanEntry, CleanFeed, KnownEntry


def save(
    db: Database,
    feed: CleanFeed,
    *,
    url: str,
    now: str,
    poll: Poll | None = None,
    state: str = "paused",
    document: PackedDocument | int | None = None,
    reader: int | None = None,
    dated: bool = False,
    secrets: Sequence[str] = (),
) -> Saved:
    """Save a document of the feed at `url` in one transaction.

    `now` is when it was fetched or captured, as in ingest.base.models. `poll` is given where it was fetched just now;
    without it the document may be of any time, and saving it again writes nothing; where it is `dated`, `now` is its
    own time, and it is a later state than what earlier documents said. `state` is for a feed that is new.
    `document` is kept with what it says; it was received at `now`. The id of one that was kept with the same bytes
    stands for it where it was not read yet, or is read by a newer `reader`: the version of the reading, by default
    today's. `secrets` are the feed's password or token, as they may stand in a document.

    Raises NoLongerKnown where an entry of `feed` that was not cleaned is not stored so any more; nothing is saved then.
    """
    live, reader = poll is not None, READER if reader is None else reader
    with document_transaction(db), pages_for(db, _size(feed)):
        again = isinstance(document, int) and was_read(db, document)
        feed = without_own_values(feed, own_values_of(db, find_feed(db, url), url, feed, secrets))
        feed_id = save_feed(db, feed, url, now, state, live)
        kept = _keep(db, feed_id, feed, document, reader)
        at = kept.at if kept and isinstance(document, int) else now
        before = last_window(db, feed_id, reader) if live else {}
        dated = not again and (dated or (isinstance(document, int) and not is_of_file(db, document)))
        reading = DocumentReading(at, kept, reader, live, again, dated, feed.updated)
        outcome = _save_entries(db, feed_id, feed.entries, reading)
        verdicts = outcome.verdicts
        if live:
            removed = look_for_removals(db, feed_id, feed, before, verdicts, now, reader)
            mark_seen(db, feed_id, verdicts, now)
        else:
            removed = remove_deleted_then(db, feed_id, feed, verdicts, at, kept, dated)
            if not again and (dated or (kept and not is_of_file(db, kept.id))):
                mark_seen_then(db, verdicts, at)
            removed += remove_stated(db, feed_id, outcome.said_under.values())
        saved = replace(_count(feed_id, verdicts.values(), removed, kept), otherwise=outcome.otherwise)
        if poll:
            record_poll(db, feed_id, poll, now, saved.new, saved.changed, saved.removed, saved.document)
        return saved


def save_reread(
    db: Database,
    feed_id: int,
    document_id: int,
    feed: CleanFeed,
    reader: int,
    secrets: Sequence[str] = (),
) -> Reread:
    """Save what the version `reader` of the reading made of a kept document, in one transaction.

    An entry that differs from the version that this document said is no edit. Ids, first_seen, revisions and what is in
    the feed now stay. Doing it again changes nothing. One that was not read yet is saved as any that has its own time.
    `secrets` as in `save`.
    """
    with document_transaction(db), pages_for(db, _size(feed)):
        feed = without_own_values(feed, own_values_of(db, feed_id, feed_address(db, feed_id), feed, secrets))
        document = document_time(db, document_id)
        again = was_read(db, document_id)
        update_feed(db, feed_id, feed, document.at, live=False)
        if not again:
            added_earlier(db, feed_id, document.at)
        store_reading(db, document_id, reader, reading_digest(feed), feed.url, damage=feed.damage)
        dated = not again and not is_of_file(db, document_id)
        reading = DocumentReading(document.at, document, reader, again=again, dated=dated, date=feed.updated)
        outcome = _save_entries(db, feed_id, feed.entries, reading)
        if dated:
            mark_seen_then(db, outcome.verdicts, document.at)
        edited = {entry for entry, of in outcome.verdicts.items() if of in (Verdict.CHANGED, Verdict.OLDER)}
        return Reread(outcome.new | outcome.split_off, edited, outcome.filled, outcome.changed, outcome.kept)


def _size(feed: CleanFeed) -> int:
    """The characters of the bodies that are to be saved."""
    return sum(
        [len(entry.html or "") + len(entry.text) for entry in feed.entries if isinstance(entry, CleanEntry)]
    )


def _keep(
    db: Database, feed_id: int, feed: CleanFeed, document: PackedDocument | int | None, reader: int
) -> DocumentTime | None:
    if document is None:
        return None
    if isinstance(document, int):
        store_reading(db, document, reader, reading_digest(feed), feed.url, damage=feed.damage)
        return document_time(db, document)
    kept = keep_document(
        db, feed_id, document, reading_digest(feed), feed.url, damage=feed.damage, reader=reader
    )
    return document_time(db, kept)


def _save_entries(
    db: Database, feed_id: int, entries: Sequence[CleanEntry | KnownEntry], reading: DocumentReading
) -> SavedEntries:
    """Save the entries of a document. Raises NoLongerKnown."""
    again = reading.document if reading.again else None
    known = stored_as_known(db, feed_id, entries, reading.reader, reading.again)
    next_id = next_entry_id(db)
    guids = identify_entries(db, feed_id, entries, known, reading.reader, again, reading.live, reading.at)
    outcome = SavedEntries(
        templated=note_template(db, feed_id, entries, guids, reading),
        summarised=summarised_entries(db, feed_id, entries, guids),
    )
    stored = find_entries(db, feed_id, guids)
    entries, guids = kept_last(db, entries, guids, stored)
    new: dict[str, CleanEntry] = {}
    for entry, guid, last in zip(entries, guids, is_last(guids), strict=True):
        if isinstance(entry, KnownEntry):
            outcome.said_under[guid] = entry.guid
            save_known(db, known[entry.fingerprint], reading, outcome)
            continue
        if guid in new:  # which is to be compared with this one
            _save_new(db, feed_id, new, reading, outcome)
        other = stored_under(entry, guid)
        # One that came before in the document is not stored as it was.
        found = stored.get(guid) if guid not in outcome.said_under else find_entry(db, feed_id, guid)
        outcome.said_under[guid] = entry.guid
        if found:
            _save_found(db, found, other, reading, last, outcome)
            if found.id >= next_id and guid not in outcome.new:
                outcome.split_off.add(guid)
                outcome.judge(found.id, Verdict.NEW)
        else:
            new[guid] = other
    _save_new(db, feed_id, new, reading, outcome)
    _say_as_they_stand(db, outcome, reading)
    if has_aliases(db, feed_id):
        store_said_under(db, feed_id, outcome.presently_said_under())
    return outcome


def _save_new(
    db: Database, feed_id: int, new: dict[str, CleanEntry], reading: DocumentReading, outcome: SavedEntries
) -> None:
    """Insert the entries that were gathered."""
    ids = insert_entries(db, feed_id, [*new.values()], reading.at, reading.date)
    outcome.as_they_stand += ids
    outcome.new.update(new)
    for entry_id in ids:
        outcome.judge(entry_id, Verdict.NEW)
    new.clear()


def _save_found(
    db: Database,
    found: FoundEntry,
    entry: CleanEntry,
    reading: DocumentReading,
    last: bool,
    outcome: SavedEntries,
) -> None:
    verdict = Verdict.UNCHANGED  # in most cases, so that nothing else is read
    if (found.fingerprint, found.reader) != (entry.fingerprint, reading.reader) or reading.again:
        _say_as_they_stand(db, outcome, reading)
        verdict = save_version(db, found.id, entry, reading, last, outcome)
    elif reading.document:
        outcome.as_they_stand.append(found.id)
    if reading.at == found.first_seen if reading.again else reading.at < found.first_seen:
        seen_earlier(db, found.id, reading.at, reading.date)
    outcome.judge(found.id, verdict)
    if reading.live or verdict in (Verdict.CHANGED, Verdict.NOISE, Verdict.REREAD):
        outcome.present.add(entry.guid)


def _say_as_they_stand(db: Database, outcome: SavedEntries, reading: DocumentReading) -> None:
    """Store that the document said the entries that were gathered."""
    if outcome.as_they_stand:
        store_also_said(db, outcome.as_they_stand, reading.document, reading.reader)
        outcome.as_they_stand.clear()


def _count(feed_id: int, verdicts: Iterable[Verdict], removed: int, document: DocumentTime | None) -> Saved:
    verdicts = list(verdicts)
    new = verdicts.count(Verdict.NEW)
    changed = verdicts.count(Verdict.CHANGED) + verdicts.count(Verdict.OLDER)
    unchanged = len(verdicts) - new - changed
    return Saved(feed_id, new, changed, unchanged, removed, document.id if document else None)
