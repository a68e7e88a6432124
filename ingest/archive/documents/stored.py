"""The documents of an archive as they are stored: what each takes, which are cited, what would go by the bounds."""

import json
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from ingest.archive.documents.bounds import archive_bounds, feed_bounds
from ingest.archive.documents.pruning import PrunePlan, StoredDocument, plan_pruning
from ingest.archive.documents.warc_folder import folder_of, is_warc_name

# Whether a row of `documents` is the first or last of an entry or revision, or what an entry was read from, or the
# last of its feed.
CITED = """(
    EXISTS (SELECT 1 FROM entry_documents WHERE document = documents.id)
    OR EXISTS (SELECT 1 FROM entry_documents WHERE last_document = documents.id)
    OR EXISTS (SELECT 1 FROM entry_documents WHERE read_from = documents.id)
    OR EXISTS (SELECT 1 FROM revisions WHERE document = documents.id)
    OR EXISTS (SELECT 1 FROM revisions WHERE last_document = documents.id)
    OR NOT EXISTS (
        SELECT 1 FROM documents AS later
        WHERE later.feed = documents.feed AND (later.at, later.id) > (documents.at, documents.id)
    )
)"""


def stored_documents(db: Database) -> list[StoredDocument]:
    """All documents, by feed, time and id. Those whose file is missing count as cited: they may come back."""
    rows: Iterable[tuple[Any, ...]] = db.execute(
        f"""
        SELECT id, feed, at, sha256, bytes, reading, size, file,
            file IS NOT NULL AND (file NOT IN (SELECT value FROM json_each(:files)) OR {CITED})
        FROM (
            SELECT id, feed, at, sha256, bytes, reading, file, coalesce(length, 0)  -- with the request before it:
                + coalesce(offset - lag(offset + length) OVER (PARTITION BY file ORDER BY offset), 0) AS size
            FROM documents
        ) AS documents
        ORDER BY feed, at, id
        """,  # noqa: S608
        {"files": json.dumps(_files(db))},
    )
    return [StoredDocument(*row) for row in rows]


def document_limits(db: Database) -> dict[int | None, int | None]:
    """The bytes that are kept at most: of feeds with a bound of their own, and of all others (None)."""
    archive = archive_bounds(db)
    limits: dict[int | None, int | None] = {None: archive.limit}
    for feed, bounds in feed_bounds(db).items():
        if bounds.max_bytes is not None:
            limits[feed] = bounds.limit
    return limits


def prune_plan(db: Database) -> PrunePlan:
    """What would go by the bounds."""
    limits = document_limits(db)
    if all(limit is None for limit in limits.values()):
        return PrunePlan()
    return plan_pruning(stored_documents(db), limits)


def folder_size(db: Database) -> int:
    """The bytes of the archive's WARC files."""
    return sum((folder_of(db) / name).stat().st_size for name in _files(db))


def titles(db: Database, feeds: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The titles and addresses of feeds, in the order of their titles."""
    rows = db.execute(
        """
        SELECT id, coalesce(title, url), url FROM feeds WHERE id IN (SELECT value FROM json_each(?))
        ORDER BY coalesce(title, url) COLLATE NOCASE, id
        """,
        (json.dumps(list(feeds)),),
    )
    return {feed: (str(title), str(url)) for feed, title, url in rows}


def _files(db: Database) -> list[str]:
    folder = folder_of(db)
    return (
        sorted(path.name for path in folder.iterdir() if is_warc_name(path.name)) if folder.is_dir() else []
    )
