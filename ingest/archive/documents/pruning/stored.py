"""The documents of an archive as they are stored: what each takes, which are cited, what would go by the bounds."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from ingest.archive.documents.bounds import archive_bounds, feed_bounds
from ingest.archive.documents.pruning.plan import PrunableDocument, PrunePlan, plan_pruning
from ingest.archive.documents.warc.folder import file_sizes, folder_of

# Whether a row of `documents` is the first or last of an entry or revision, or what an entry was read from, or the
# last of its feed.
CITED = """(
    EXISTS (SELECT 1 FROM entry_documents WHERE document = documents.id)
    OR EXISTS (SELECT 1 FROM entry_documents WHERE last_document = documents.id)
    OR EXISTS (SELECT 1 FROM entry_documents WHERE read_from = documents.id)
    OR EXISTS (SELECT 1 FROM revisions WHERE document = documents.id)
    OR EXISTS (SELECT 1 FROM revisions WHERE last_document = documents.id)
    OR (documents.feed IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM documents AS later
        WHERE later.feed = documents.feed AND (later.at, later.id) > (documents.at, documents.id)
    ))
)"""


def document_rows(db: Database) -> list[PrunableDocument]:
    """All documents, by feed, time and id. Those whose file is missing count as cited: they may come back."""
    rows: Iterable[tuple[Any, ...]] = db.execute(
        f"""
        SELECT id, feed, at, sha256, bytes, reading, iif(is_there, size, 0), file,
            file IS NOT NULL AND (NOT is_there OR {CITED})
        FROM (
            SELECT id, feed, at, sha256, bytes, reading, file, coalesce(length, 0)  -- with the request before it:
                + coalesce(offset - lag(offset + length) OVER (PARTITION BY file ORDER BY offset), 0) AS size,
                file IN (SELECT value FROM json_each(:files)) AS is_there
            FROM documents
        ) AS documents
        ORDER BY feed, at, id
        """,  # noqa: S608
        {"files": json.dumps(list(file_sizes(folder_of(db))))},
    )
    return [PrunableDocument(*row) for row in rows]


def document_limits(db: Database) -> dict[int | None, int | None]:
    """The bytes that are kept at most: of feeds with a bound of their own, and of all others (None)."""
    archive = archive_bounds(db)
    limits: dict[int | None, int | None] = {None: archive.limit}
    for feed, bounds in feed_bounds(db).items():
        if bounds.max_bytes is not None:
            limits[feed] = bounds.limit
    return limits


def prune_plan(db: Database, documents: Sequence[PrunableDocument] | None = None) -> PrunePlan:
    """What would go by the bounds. `documents` are the archive's `document_rows`, where they are read already."""
    limits = document_limits(db)
    least = min((limit for limit in limits.values() if limit is not None), default=None)
    if least is None or folder_size(db) <= least:
        return PrunePlan()
    return plan_pruning(document_rows(db) if documents is None else documents, limits)


def folder_size(db: Database) -> int:
    """The bytes of the archive's WARC files."""
    return sum(file_sizes(folder_of(db)).values())


@dataclass(frozen=True)
class FeedDocuments:
    """The documents of a feed: how many; of those that are kept the bytes of their bodies, and on disk; which go."""

    feed: int
    title: str
    url: str
    documents: int
    kept: int
    bytes: int
    on_disk: int
    first: str  # times
    last: str
    would_go: int
    would_free: int
    keep_documents: str | None  # the feed's own bounds
    max_documents: int | None


def documents_by_feed(
    db: Database, documents: Sequence[PrunableDocument], plan: PrunePlan
) -> list[FeedDocuments]:
    """These documents (as of `document_rows`), and what goes of them, by feed in the order of their titles."""
    of_feed = {feed: list(rows) for feed, rows in groupby(documents, lambda document: document.feed) if feed}
    going: dict[int, list[int]] = defaultdict(list)
    for document in plan.documents:
        if document.feed:
            going[document.feed].append(document.size)
    return [
        FeedDocuments(
            feed,
            str(title),
            str(url),
            documents=len(of_feed[feed]),
            kept=sum(one.is_kept for one in of_feed[feed]),
            bytes=sum(one.bytes for one in of_feed[feed] if one.is_kept),
            on_disk=sum(one.size for one in of_feed[feed]),
            first=of_feed[feed][0].at,
            last=of_feed[feed][-1].at,
            would_go=len(going[feed]),
            would_free=sum(going[feed]),
            keep_documents=keep,
            max_documents=size,
        )
        for feed, title, url, keep, size in _feeds(db, of_feed)
    ]


def _feeds(db: Database, ids: Iterable[int]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = db.execute(
        """
        SELECT id, coalesce(title, url), url, keep_documents, max_documents FROM feeds
        WHERE id IN (SELECT value FROM json_each(?)) ORDER BY coalesce(title, url) COLLATE NOCASE, id
        """,
        (json.dumps(list(ids)),),
    ).fetchall()
    return rows
