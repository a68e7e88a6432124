"""Take up a document that stands whole in a WARC file of the archive and that no row names: as one not read yet."""

import re
from collections.abc import Mapping
from typing import BinaryIO
from urllib.parse import unquote

from sqlite_utils import Database

from ingest.archive.documents.warc.body import FoundBody, find_body, head_values, http_head, is_http
from ingest.archive.documents.warc.folder import folder_of
from ingest.archive.documents.warc.pack import CAME_FIELD, FEED_FIELD
from ingest.archive.documents.warc.records import BODY_KINDS, RecordDamaged, StoredDocument, StoredRecord
from ingest.archive.feeds import find_feed, insert_feed
from ingest.archive.file.open_file import open_file
from ingest.base.http_url import is_fetchable
from ingest.base.models import NO_READER
from ingest.base.urls import LONGEST_URL, folderless_feed

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_NO_TYPE = "application/octet-stream"  # as it is packed where none was said


def take_up(db: Database, name: str, file: BinaryIO, document: StoredDocument) -> bool:
    """Insert the row of a document in the file `name`, which is open. To be called within a transaction.

    Its feed is inserted where it is missing, as paused; a file's by its address without folders. Returns false where
    the document's body is not reachable or another than it says, or its time or feed are not known. Raises OSError.
    """
    body = _body(db, file, document)
    if body is None or not _TIME.fullmatch(document.at or ""):
        return False
    feed = _feed(db, document)
    if feed is None:
        return False
    target = _address(document.fields.get("warc-target-uri", ""))
    came = document.fields.get(CAME_FIELD.lower(), "")
    if came not in ("poll", "push", "import"):
        came = "poll" if "http" in document.fields.get("content-type", "") else "import"
    db.execute(
        """
        INSERT INTO documents (
            feed, at, sha256, bytes, content_type, url, final_url, came, name, reader, file, offset, length
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            feed,
            document.at,
            body.sha256,
            body.size,
            None if body.content_type == _NO_TYPE else body.content_type,
            target,
            target,
            came,
            unquote(target.rpartition("/")[2], errors="replace") if target.startswith("file:") else None,
            NO_READER,
            name,
            document.offset,
            document.end - document.offset,
        ),
    )
    return True


def _body(db: Database, file: BinaryIO, document: StoredDocument) -> FoundBody | None:
    """The body of a document, or that to which it refers; None where it cannot be had."""
    try:
        record = StoredRecord(file, document.offset)
        if document.kind in BODY_KINDS:
            found = find_body(record)
            return found if found.sha256 == document.sha256 else None
        if not (sizes := _size_elsewhere(db, document.sha256)):
            return None
        said = head_values(http_head(record), "content-type") if is_http(record) else []
        return FoundBody(document.sha256, sizes, said[0] if said else None)
    except RecordDamaged:
        return None


def _size_elsewhere(db: Database, sha256: str) -> int | None:
    """The size of the body that has this digest in the record of another document."""
    rows = db.execute(
        "SELECT file, offset FROM documents WHERE sha256 = ? AND file IS NOT NULL ORDER BY length DESC, id",
        (sha256,),
    )
    for name, offset in rows.fetchall():
        try:
            with open_file(folder_of(db) / name) as file:
                record = StoredRecord(file, offset)
                if record.kind in BODY_KINDS and (found := find_body(record)).sha256 == sha256:
                    return found.size
        except (OSError, RecordDamaged):
            continue
    return None


def _feed(db: Database, document: StoredDocument) -> int | None:
    """The feed that it says it is of, or that of the address where it came from; None where that is no address."""
    url = _feed_url(document.fields)
    if url.startswith("file:"):
        rows = db.execute("SELECT id, url FROM feeds WHERE url LIKE 'file:%' ORDER BY id").fetchall()
        known = next((feed for feed, address in rows if folderless_feed(str(address)) == url), None)
        return known or insert_feed(db, url, document.at or "", "paused")
    if len(url) > LONGEST_URL or not is_fetchable(url):
        return None
    return find_feed(db, url) or insert_feed(db, url, document.at or "", "paused")


def _feed_url(fields: Mapping[str, str]) -> str:
    return _address(fields.get(FEED_FIELD.lower(), "")) or _address(fields.get("warc-target-uri", ""))


def _address(value: str) -> str:
    return value.strip("<> ")
