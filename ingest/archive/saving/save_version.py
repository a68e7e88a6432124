"""Save a version of a stored entry: an edit, another reading of it, an earlier version, or what is none of these."""

from collections.abc import Sequence

from sqlite_utils import Database

from ingest.archive.changes import EntryVersion, Verdict, equal_among, is_lost, version
from ingest.archive.documents.said_by import (
    SaidBy,
    also_said_by,
    load_said_by,
    said_first_by,
    store_said_by,
)
from ingest.archive.edits.keep_fuller import keep_fuller, still_fuller, take_fuller
from ingest.archive.edits.moved import moved_with_guid
from ingest.archive.edits.noise import is_noise
from ingest.archive.edits.template_changes import changed_later
from ingest.archive.entries import stored_version, touch_entry, update_entry
from ingest.archive.revisions import (
    Revision,
    compared_revisions,
    insert_older_revision,
    insert_revision,
    store_revision_said_by,
)
from ingest.archive.saving.beside import Beside, beside_of, store_beside, stored_beside
from ingest.archive.saving.outcome import DocumentReading, SavedEntries
from ingest.archive.saving.version_verdict import needs_earlier, version_verdict
from ingest.base.models import CleanEntry


def save_version(
    db: Database,
    entry_id: int,
    entry: CleanEntry,
    reading: DocumentReading,
    last: bool,
    outcome: SavedEntries,
) -> Verdict:
    """Save what a document says of an entry, and return what that is. `last`: it is the entry's last in it."""
    under = outcome.said_under.get(entry.guid)
    if reading.again and changed_later(db, entry_id, under or entry.guid, reading.at):
        return Verdict.UNCHANGED
    said_by = load_said_by(db, entry_id)
    entry, stored = _with_fuller_text(db, entry_id, entry, said_by, reading, entry_id in outcome.summarised)
    incoming, document = version(entry, reading.at), reading.read_again
    revisions: list[Revision] = []
    if needs_earlier(said_by, reading, last):
        revisions = compared_revisions(db, entry_id, incoming, stored, document)
    was, said = stored_beside(db, entry_id), beside_of(entry)
    moved, templated = moved_with_guid(db, entry_id, stored, incoming), entry_id in outcome.templated
    verdict = version_verdict(said_by, stored, incoming, revisions, reading, last, moved, templated)
    said_first = said_first_by(reading.document, reading.reader)
    if verdict is Verdict.CHANGED:
        insert_revision(db, entry_id, stored, reading.at, "edit", said_by)
        update_entry(db, entry_id, entry, reading.at, reading.date, of_feed=True)
        store_beside(db, entry_id, was, said.or_else(was))
        store_said_by(db, entry_id, said_first)
    elif verdict is Verdict.REREAD:
        if _is_lost(stored, incoming, revisions):
            insert_revision(db, entry_id, stored, max(reading.at, stored.seen), "reading", said_by)
            outcome.kept.add(entry_id)
        update_entry(db, entry_id, entry, reading.at, reading.date)
        store_beside(db, entry_id, was, said)
        _say_also(db, entry_id, said_by, reading)
        outcome.note_fields(entry_id, stored, incoming)
        outcome.note_beside(entry_id, was, said)
    elif verdict is Verdict.OLDER:
        insert_older_revision(db, entry_id, incoming, stored.seen, "edit", said_first, under)
    elif verdict is Verdict.OLDER_REREAD:
        insert_older_revision(db, entry_id, incoming, stored.seen, "reading", said_first, under)
    elif verdict is Verdict.UNCHANGED and incoming.fingerprint != stored.fingerprint:
        _say_again(db, incoming, revisions, reading)
    elif verdict:
        stands = _store_beside(db, entry_id, was, said, reading, said_by, outcome)
        if verdict is Verdict.NOISE:
            update_entry(db, entry_id, entry, reading.at, reading.date, of_feed=True)
        elif verdict is Verdict.TOUCHED and stands:
            touch_entry(db, entry_id, entry)
        _say_also(db, entry_id, said_by, reading)
    return verdict or Verdict.UNCHANGED


def _with_fuller_text(
    db: Database,
    entry_id: int,
    entry: CleanEntry,
    said_by: SaidBy,
    reading: DocumentReading,
    summarised: bool,
) -> tuple[CleanEntry, EntryVersion]:
    """What the document says and what is stored, where the later says less, with the text of the earlier."""
    stored = stored_version(db, entry_id)
    if reading.again:
        entry = still_fuller(db, entry_id, entry, stored)
    elif reading.live or not (reading.is_before(said_by) or reading.at < stored.seen):
        entry = keep_fuller(db, entry_id, entry, stored, reading.at, summarised)
    elif take_fuller(db, entry_id, entry, stored, summarised):
        stored = stored_version(db, entry_id)
    return entry, stored


def _is_lost(stored: EntryVersion, incoming: EntryVersion, revisions: Sequence[Revision]) -> bool:
    """Whether another reading would lose words of the stored version, but for those of a counter."""
    earlier = [revision.version for revision in revisions]
    return is_lost(stored, incoming, earlier) and is_noise(stored, incoming) != "counter"


def _store_beside(
    db: Database,
    entry_id: int,
    was: Beside,
    said: Beside,
    reading: DocumentReading,
    said_by: SaidBy,
    outcome: SavedEntries,
) -> bool:
    """Store what moves with each document; of a document that may be an earlier one only what is missing.

    What an entry says no more stays, but where it is read otherwise. Returns whether all stands as it is said.
    """
    otherwise = said_by.reader != reading.reader or reading.again
    now = said.or_else(was)
    if not reading.is_no_earlier(said_by):
        now = was.or_else(said)
    elif otherwise:
        now = said
    store_beside(db, entry_id, was, now)
    if otherwise:
        outcome.note_beside(entry_id, was, now)
    return reading.is_no_earlier(said_by) or now == said


def _say_also(db: Database, entry_id: int, said_by: SaidBy, reading: DocumentReading) -> None:
    """Store that the document said the present version."""
    also = also_said_by(said_by, reading.document, reading.reader)
    if also != said_by:
        store_said_by(db, entry_id, also)


def _say_again(
    db: Database, incoming: EntryVersion, revisions: Sequence[Revision], reading: DocumentReading
) -> None:
    """Store that the document said a version that is among the revisions."""
    position = equal_among(incoming, [revision.version for revision in revisions])
    if position is not None:
        revision = revisions[position]
        store_revision_said_by(db, revision, also_said_by(revision.said_by, reading.document, reading.reader))
