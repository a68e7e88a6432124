"""Look up which entries of a parsed document a feed has exactly so, by their fingerprints, in one statement."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
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


def stored_as_known(
    db: Database, feed_id: int, entries: Sequence[CleanEntry | KnownEntry], reader: int, again: bool
) -> dict[str, StoredEntry]:
    """The stored entries of those in a document that were not cleaned, by fingerprint. Raises NoLongerKnown.

    A document that is read `again` is compared with what it said before, for which all of it is needed.
    """
    known = {entry.fingerprint for entry in entries if isinstance(entry, KnownEntry)}
    stored = stored_as_said(db, feed_id, known, reader)
    if known and (again or stored.keys() != known or not known <= skippable(entries)):
        raise NoLongerKnown
    return stored
