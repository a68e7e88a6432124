"""Documents as they might be received, for tests of keeping them."""

import gzip
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.keep import keep_document
from ingest.archive.documents.warc.pack import pack
from ingest.archive.file.migrations import APPLICATION_ID
from ingest.archive.file.opening import transaction
from ingest.base.models import HttpExchange, ReceivedDocument
from tests.empty_archive import empty_archive

URL = "https://blog.example.org/feed.xml"
AT = "2026-11-29T10:00:00Z"
REQUEST = b"GET /feed.xml HTTP/1.1\r\nHost: blog.example.org\r\n\r\n"


def polled(
    body: bytes, at: str = AT, encoding: str = "", more: bytes = b"", url: str = URL
) -> ReceivedDocument:
    """A document that came by HTTP, compressed with gzip or not, with `more` lines in its head."""
    sent, line = (gzip.compress(body, mtime=0), b"Content-Encoding: gzip\r\n") if encoding else (body, b"")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n" + line + more + b"\r\n"
    return ReceivedDocument(
        body, at, url, "poll", None, "application/rss+xml", None, HttpExchange(REQUEST, head, sent)
    )


def from_file(body: bytes, at: str = AT, name: str = "feed.xml") -> ReceivedDocument:
    return ReceivedDocument(body, at, f"file:///{name}", "import", None, None, name)


def archive_with_feed(path: Path) -> Database:
    db = empty_archive(path)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    with transaction(db):
        db.execute("INSERT INTO feeds (id, url, title, added) VALUES (1, ?, 'A blog', ?)", (URL, AT))
    return db


def keep(db: Database, document: ReceivedDocument, keep_bytes: bool = True) -> int:
    with transaction(db):
        return keep_document(db, 1, pack(document, URL), "reading", keep_bytes=keep_bytes)


def warc_files(path: Path) -> list[Path]:
    """The files in the folder of an archive."""
    return sorted(path.with_name(f"{path.stem}.warc").glob("*"))
