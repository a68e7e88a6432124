"""How many documents of a feed are kept, how large they are, and whether the files that have their bytes are there."""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ingest.archive.documents.warc.folder import is_warc_name, warc_folder
from ingest.pages.document import has_documents
from ingest.pages.rows import value_of

_COUNTS = """
SELECT count(*), count(length), coalesce(sum(bytes) FILTER (WHERE length IS NOT NULL), 0), coalesce(sum(length), 0),
    min(at) FILTER (WHERE length IS NOT NULL)
FROM documents WHERE feed = ?
"""
# Each file that is named, with where the last record in it ends.
_FILES = """
WITH RECURSIVE files (named) AS (
    SELECT min(file) FROM documents
    UNION ALL
    SELECT (SELECT min(file) FROM documents WHERE file > named) FROM files WHERE named IS NOT NULL
)
SELECT named, (SELECT offset + length FROM documents WHERE file = named ORDER BY offset DESC LIMIT 1)
FROM files WHERE named IS NOT NULL
"""
# Of documents with the same bytes one record has them, which is the longest but for tiny bodies; others refer to it.
# `short` has the sizes of files.
_MISSING = """
SELECT count(*), coalesce(sum(bytes), 0), coalesce(sum(length), 0)
FROM documents WHERE feed = :feed AND length IS NOT NULL AND EXISTS (
    SELECT 1 FROM (
        SELECT file, offset + length AS ends FROM documents AS same
        WHERE same.sha256 = documents.sha256 AND same.length IS NOT NULL ORDER BY length DESC, id LIMIT 1
    ) AS body JOIN json_each(:short) AS short ON short.key = body.file AND body.ends > short.value
)
"""


@dataclass(frozen=True)
class KeptDocuments:
    """The documents of a feed, counted. `size` and `on_disk` are bytes of those that are kept: theirs, compressed.

    Those whose bytes are missing, since their file is or was cut off, are not among the kept.
    """

    received: int
    kept: int
    size: int
    on_disk: int
    since: str | None  # when the first that is kept, or missing, was received
    missing: int


def load_kept_documents(connection: sqlite3.Connection, feed_id: int) -> KeptDocuments:
    """How many documents of a feed are kept, and how large they are."""
    if not has_documents(connection):
        return KeptDocuments(0, 0, 0, 0, None, 0)
    [(received, kept, size, on_disk, since)] = connection.execute(_COUNTS, [feed_id])
    missing = 0
    short = _short_files(connection) if kept else {}
    if short:
        values = {"feed": feed_id, "short": json.dumps(short)}
        [(missing, size_of_missing, on_disk_of_missing)] = connection.execute(_MISSING, values)
        size, on_disk = size - size_of_missing, on_disk - on_disk_of_missing
    return value_of(KeptDocuments, (received, kept - missing, size, on_disk, since, missing))


def _short_files(connection: sqlite3.Connection) -> dict[str, int]:
    """The files that are missing (-1), or shorter than what they are to have, with their sizes."""
    [(archive,)] = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchall()
    folder, short = warc_folder(Path(archive)), {}
    for name, end in connection.execute(_FILES):
        size = _size(folder / name) if is_warc_name(str(name)) else -1
        if size < 0 or (isinstance(end, int) and size < end):
            short[str(name)] = size
    return short


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
