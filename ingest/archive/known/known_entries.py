"""Look up which entries of a parsed document a feed has exactly so, by their fingerprints, in one statement."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from ingest.base.models import FIRST_READER, CleanEntry, KnownEntry

# CROSS JOIN: SQLite would otherwise walk the entries of the feed.
_KNOWN = """
SELECT fingerprint, min(entries.id), entries.guid, first_seen
FROM json_each(:fingerprints)
CROSS JOIN entries INDEXED BY entries_feed_fingerprint ON feed = :feed AND fingerprint = value
LEFT JOIN entry_documents ON entry_documents.entry = entries.id
GROUP BY fingerprint HAVING count(*) = 1 AND coalesce(entry_documents.reader, :first_reader) = :reader
"""


class StoredEntry(NamedTuple):
    """An entry that is stored as a document says it."""

    id: int
    guid: str  # under which it is stored
    first_seen: str


class NoLongerKnown(Exception):
    """An entry that was known when it was looked up is not any more: all of its document is to be cleaned."""


def skippable(entries: Iterable[CleanEntry | KnownEntry]) -> set[str]:
    """The fingerprints of a document's entries that may be known without a look at the others: each has a guid of its
    own in it. Those that share one are told apart by what they say."""
    entries = list(entries)
    count = Counter(entry.guid for entry in entries)
    return {entry.fingerprint for entry in entries if count[entry.guid] == 1}


def known_fingerprints(
    db: Database, feed_id: int | None, entries: Sequence[CleanEntry | KnownEntry], reader: int
) -> frozenset[str]:
    """The fingerprints of those entries of a document that the feed has, read by `reader`, and no other with them."""
    if feed_id is None:
        return frozenset()
    return frozenset(stored_as_said(db, feed_id, skippable(entries), reader))


def stored_as_said(
    db: Database, feed_id: int, fingerprints: Collection[str], reader: int
) -> dict[str, StoredEntry]:
    """The feed's entries that have these fingerprints and were read by `reader`, by fingerprint.

    Where several have one, none of them is surely the entry.
    """
    if not fingerprints:
        return {}
    values = {
        "fingerprints": json.dumps(list(fingerprints)),
        "feed": feed_id,
        "reader": reader,
        "first_reader": FIRST_READER,
    }
    rows = db.execute(_KNOWN, values)
    return {fingerprint: StoredEntry(*stored) for fingerprint, *stored in rows}


def as_known(
    entries: Sequence[CleanEntry | KnownEntry], stored_as: Mapping[str, StoredEntry]
) -> list[CleanEntry | KnownEntry]:
    """A document's entries with those that are known, by fingerprint, as if they had been skipped. Pure."""
    return [
        KnownEntry(entry.guid, entry.fingerprint, entry.published, entry.updated)
        if entry.fingerprint in stored_as
        else entry
        for entry in entries
    ]


def stored_as_known(
    db: Database, feed_id: int, entries: Sequence[CleanEntry | KnownEntry], reader: int, again: bool
) -> dict[str, StoredEntry]:
    """The stored entries of a document that are known, cleaned or not, by fingerprint. Raises NoLongerKnown.

    Cleaned ones too, so that they are the same entries whether they were skipped or not. A document that is read
    `again` is compared with what it said before, for which all of it is needed.
    """
    stored = {} if again else stored_as_said(db, feed_id, skippable(entries), reader)
    if any(isinstance(entry, KnownEntry) and entry.fingerprint not in stored for entry in entries):
        raise NoLongerKnown
    return stored
