"""Entries that an earlier release marked as removed, the documents that may prove it, and the proof, once found."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from sqlite_utils import Database

from ingest.archive.file.opening import transaction
from ingest.archive.removals.absences import EntryTimes
from ingest.archive.removals.proof import MarkedEntry, ProvenRemoval
from ingest.base.models import DateOrder

MOST_LOOKS = 1000  # at the documents from the last on that had an entry


@dataclass(frozen=True)
class UnprovenMarks:
    """Entries of a feed that are marked as removed and were last seen at the same time, in one document."""

    feed: int
    last_seen: str
    entries: tuple[MarkedEntry, ...]


class LookAt(NamedTuple):
    """A poll that brought a document, or confirmed it."""

    at: str
    document: int


class DocumentToRead(NamedTuple):
    """What the reader of a kept document is given, but for its body."""

    content_type: str | None
    final_url: str
    date_order: DateOrder | None


def unproven_marks(db: Database, feeds: Sequence[int] | None = None) -> list[UnprovenMarks]:
    """The marks of which no proof is stored, of these feeds or of all, in order of time."""
    rows = db.execute(
        """
        SELECT feed, last_seen, id, url, title, published, updated,
            (SELECT json_group_array(guid) FROM (
                SELECT entries.guid UNION SELECT guid FROM entry_aliases WHERE entry = entries.id
            ))
        FROM entries
        WHERE removed IS NOT NULL AND (:feeds IS NULL OR feed IN (SELECT value FROM json_each(:feeds)))
            AND NOT EXISTS (SELECT 1 FROM removals WHERE entry = entries.id AND returned IS NULL)
        ORDER BY feed, last_seen, id
        """,
        {"feeds": None if feeds is None else json.dumps([*feeds])},
    ).fetchall()
    return [
        UnprovenMarks(feed, last_seen, tuple(_marked(*row[2:]) for row in group))
        for (feed, last_seen), group in groupby(rows, lambda row: row[:2])
    ]


def _marked(
    id: int, url: str | None, title: str | None, published: str | None, updated: str | None, guids: str
) -> MarkedEntry:
    return MarkedEntry(id, frozenset(json.loads(guids)), url, title, EntryTimes(published, updated))


def looks_since(db: Database, feed: int, at: str) -> list[LookAt]:
    """The looks at documents of a feed from the time `at` on, in order."""
    rows = db.execute(
        """
        SELECT at, document FROM polls
        WHERE feed = :feed AND at >= :at AND document IS NOT NULL AND error IS NULL
        UNION SELECT at, id FROM documents WHERE feed = :feed AND at >= :at AND came = 'poll' AND error IS NULL
        ORDER BY 1, 2 LIMIT :most
        """,
        {"feed": feed, "at": at, "most": MOST_LOOKS},
    )
    return [LookAt(*row) for row in rows]


def document_to_read(db: Database, document_id: int) -> DocumentToRead:
    [row] = db.execute(
        """
        SELECT content_type, final_url, date_order FROM documents JOIN feeds ON feeds.id = feed
        WHERE documents.id = ?
        """,
        (document_id,),
    ).fetchall()
    return DocumentToRead(*row)


def store_proofs(db: Database, proofs: Iterable[ProvenRemoval]) -> int:
    """Store how removals are known, where the entries are still marked. When they were found stays. How many."""
    return sum(_store_proofs(db, proofs))


def _store_proofs(db: Database, proofs: Iterable[ProvenRemoval]) -> Iterator[int]:
    with transaction(db):
        for proof in proofs:
            stored = db.execute(
                """
                INSERT INTO removals (entry, last_seen, missing_since, looks, removed, rule)
                SELECT id, last_seen, :missing_since, :looks, removed, :rule FROM entries
                WHERE id = :entry AND removed IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM removals WHERE entry = entries.id AND returned IS NULL)
                """,
                proof._asdict(),
            ).rowcount
            db.execute(
                "UPDATE entries SET missing_since = :missing_since, looks = :looks WHERE id = :entry AND :stored",
                {**proof._asdict(), "stored": stored},
            )
            yield stored
