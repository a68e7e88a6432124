"""Save what a document says of an entry that it has as it is stored: when it was seen, and that it said it."""

from sqlite_utils import Database

from ingest.archive.changes import Verdict
from ingest.archive.entries import seen_earlier
from ingest.archive.known.known_entries import StoredEntry
from ingest.archive.saving.outcome import DocumentReading, SavedEntries


def save_known(db: Database, stored: StoredEntry, reading: DocumentReading, outcome: SavedEntries) -> None:
    if reading.document:
        outcome.as_they_stand.append(stored.id)
    if reading.at < stored.first_seen:
        seen_earlier(db, stored.id, reading.at, reading.date)
    outcome.judge(stored.id, Verdict.UNCHANGED)
    if reading.live:
        outcome.present.add(stored.guid)
