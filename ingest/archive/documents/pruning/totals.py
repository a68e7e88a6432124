"""What kept documents take on disk, in sums: by these alone it is decided whether anything is above its bound."""

import json
from collections.abc import Iterable, Mapping

from sqlite_utils import Database

from ingest.archive.documents.bounds import archive_bounds, feed_bounds
from ingest.archive.documents.warc.folder import file_sizes, folder_of, named_ends

BoundScope = int | None  # a feed that has a bound of its own; None: all other feeds together

# What the records of a row of `documents` take, its request's with it; 0 where they are not there. `files` are the
# folder's.
FILES = "files (name, size) AS MATERIALIZED (SELECT key, value FROM json_each(:files))"
DOCUMENTS = "documents LEFT JOIN files ON files.name = documents.file"
IS_THERE = "coalesce(documents.offset + documents.length <= files.size, 0)"
SIZE = f"""iif({IS_THERE}, length + coalesce(offset - (
    SELECT before.offset + before.length FROM documents AS before
    WHERE before.file = documents.file AND before.offset < documents.offset ORDER BY before.offset DESC LIMIT 1
), 0), 0)"""  # noqa: S608


def document_limits(db: Database) -> dict[BoundScope, int | None]:
    """The bytes that are kept at most; None is no bound. Raises ArchiveError."""
    limits: dict[BoundScope, int | None] = {None: archive_bounds(db).limit}
    for feed, bounds in feed_bounds(db).items():
        if bounds.max_bytes is not None:
            limits[feed] = bounds.limit
    return limits


def folder_size(db: Database) -> int:
    """The bytes of the archive's WARC files."""
    return sum(file_sizes(folder_of(db)).values())


def folder_files(db: Database) -> str:
    """The folder's files and their sizes, as the parameter :files."""
    return json.dumps(file_sizes(folder_of(db)))


def totals_above(db: Database, limits: Mapping[BoundScope, int | None]) -> dict[BoundScope, int]:
    """The bytes of those that are above their bounds."""
    bounded = {scope: limit for scope, limit in limits.items() if limit is not None}
    if not bounded or folder_size(db) <= min(bounded.values()):
        return {}
    totals = document_totals(db, bounded, [scope for scope in limits if scope is not None])
    return {scope: total for scope, total in totals.items() if total > bounded[scope]}


def document_totals(db: Database, scopes: Iterable[BoundScope], own: Iterable[int]) -> dict[BoundScope, int]:
    """The bytes of the documents of these; `own` are the feeds that have a bound of their own."""
    wanted = set(scopes)
    files = folder_files(db)
    feeds = {one for one in (own if None in wanted else wanted) if one is not None} | (wanted - {None})
    totals: dict[BoundScope, int] = {feed: _total_of(db, files, "feed = :wanted", feed) for feed in feeds}
    if None in wanted:
        totals[None] = _total(db, files) - sum(totals.values())
    return {scope: totals[scope] for scope in wanted}


def _total(db: Database, files: str) -> int:
    """The bytes of all documents: a file that is whole has them one after the other."""
    sizes, total = json.loads(files), 0
    for name, end in named_ends(db).items():
        if sizes.get(name, 0) >= end:
            [(begin,)] = db.execute("SELECT min(offset) FROM documents WHERE file = ?", (name,)).fetchall()
            total += end - begin
        elif name in sizes:
            total += _total_of(db, files, "file = :wanted", name)
    return total


def _total_of(db: Database, files: str, which: str, wanted: object) -> int:
    [(total,)] = db.execute(
        f"WITH {FILES} SELECT coalesce(sum({SIZE}), 0) FROM {DOCUMENTS} WHERE {which}",  # noqa: S608
        {"files": files, "wanted": wanted},
    ).fetchall()
    return int(total)
