"""Which entries of a feed a document's entries are, also those that another version of the reading found otherwise."""

from collections.abc import Collection, Sequence

from sqlite_utils import Database

from ingest.archive.changes import identify
from ingest.archive.documents.said_by import DocumentTime, entries_said_by
from ingest.archive.documents.same_entries import SaidEntry, read_otherwise, unknown_entries
from ingest.archive.entries import known_guids, shared_guids
from ingest.archive.window import window_of_others
from ingest.base.models import CleanEntry


def identify_entries(
    db: Database,
    feed_id: int,
    entries: Sequence[CleanEntry],
    reader: int,
    read_before: DocumentTime | None,
    live: bool,
    beside: Collection[str] = (),
) -> list[str]:
    """The guid under which to store each of a document's entries.

    Those that `reader` finds otherwise are looked for among what the document said, where it was `read_before`, or in
    the last document of the feed, where this one was fetched just now. `beside` are the stored guids of those that the
    document has besides, and that are known.
    """
    known = known_guids(db, feed_id, entries)
    guids = identify(entries, known, shared_guids(db, feed_id, entries), beside)
    unknown = unknown_entries(entries, guids, known)
    said: Sequence[SaidEntry] = ()
    if unknown and read_before:
        derived = any(entry.guid_derived for entry in unknown.values())
        beneath = None if derived else {entry.guid for entry in unknown.values()}
        said = entries_said_by(db, feed_id, read_before, beneath)
    elif unknown and live:
        said = window_of_others(db, feed_id, reader)
    otherwise = read_otherwise(unknown, {*guids, *beside}, known, said) if said else {}
    return [otherwise.get(guid, guid) for guid in guids]
