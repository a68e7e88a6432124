"""Reads kept documents again to prove that entries were removed which an earlier release marked as removed.

Bounded: of the documents that follow the one that had such entries last, few are read.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.read_back import BytesMissing, document_body
from ingest.archive.file.opening import read_archive
from ingest.archive.file.writer import Writer
from ingest.archive.removals.proof import ProvenRemoval, Proving, ProvingDocument, proving_document
from ingest.archive.removals.unproven import (
    UnprovenMarks,
    document_to_read,
    looks_since,
    store_proofs,
    unproven_marks,
)
from ingest.base.models import NotAFeed
from ingest.imports.reparse import DocumentReader

MOST_DOCUMENTS = 20  # that are read for the entries that one had last


@dataclass(frozen=True)
class ProvenMarks:
    """How many marks of an earlier release there were, and how many of these the kept documents prove."""

    marks: int = 0
    proven: int = 0


async def prove_removals(
    path: Path, pool: DocumentReader, feeds: Sequence[int] | None = None, dry_run: bool = False
) -> ProvenMarks:
    """Prove those marks of an earlier release that the kept documents prove, of these feeds or of all.

    With `dry_run` nothing is stored. Raises errors of the archive.
    """
    marks = proven = 0
    with closing(read_archive(path)) as db, Writer(path) as writer:
        for _, of_feed in groupby(unproven_marks(db, feeds), lambda group: group.feed):
            documents = _Documents(db, path, pool)
            for group in of_feed:
                found = await _prove(documents, group)
                marks += len(group.entries)
                proven += len(found)
                if found and not dry_run:
                    await writer.write(partial(store_proofs, proofs=found))
    return ProvenMarks(marks, proven)


async def _prove(documents: "_Documents", marks: UnprovenMarks) -> list[ProvenRemoval]:
    """The proofs that the documents give which follow that in which these entries were last."""
    proving, found = Proving(marks.entries), list[ProvenRemoval]()
    looks = looks_since(documents.db, marks.feed, marks.last_seen)
    for number, (document, at_it) in enumerate(groupby(looks, lambda look: look.document)):
        shown = await documents.read(document) if number <= MOST_DOCUMENTS else None
        if shown is None:
            break
        for look in at_it:
            found += proving.look(look.at, document, shown)
        if not proving.may_prove_more:
            break
    return found


@dataclass(frozen=True)
class _Documents:
    """Kept documents, each of which is read once."""

    db: Database
    path: Path
    pool: DocumentReader
    _read: dict[int, ProvingDocument | None] = field(default_factory=dict)

    async def read(self, document: int) -> ProvingDocument | None:
        """What a document tells of removals; None where its bytes are not kept, or it cannot be read."""
        if document not in self._read:
            self._read[document] = await self._read_again(document)
        return self._read[document]

    async def _read_again(self, document: int) -> ProvingDocument | None:
        given = document_to_read(self.db, document)
        try:
            body = document_body(self.db.conn, self.path, document)
            feed = await self.pool.read(body, given.content_type, given.final_url, given.date_order)
        except (BytesMissing, NotAFeed):
            return None
        return proving_document(feed)
