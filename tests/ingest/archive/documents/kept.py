"""Documents kept in an archive, for tests."""

import hashlib
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.keep import keep_document
from ingest.archive.documents.read_back import document_body
from ingest.archive.documents.warc.folder import warc_folder
from ingest.archive.documents.warc.pack import pack
from ingest.archive.feeds import find_feed, insert_feed
from ingest.archive.file.opening import open_archive, transaction
from ingest.archive.save import save
from ingest.base.models import HttpExchange, ReceivedDocument
from tests.ingest.values import NOW, clean_entry, clean_feed

REQUEST = b"GET /feed HTTP/1.1\r\nHost: example.org\r\n\r\n"
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n"


def feed_at(db: Database, url: str) -> int:
    with transaction(db):
        return find_feed(db, url) or insert_feed(db, url, NOW, "paused")


def keep(db: Database, url: str, day: int, body: bytes, reading: str | None = None) -> int:
    """Keep a document of the feed at `url`, received on that day; its reading differs where none is given."""
    feed = feed_at(db, url)
    at = f"2025-{1 + day // 28:02}-{1 + day % 28:02}T00:00:00Z"
    document = ReceivedDocument(body, at, url, "poll", http=HttpExchange(REQUEST, RESPONSE, body))
    with transaction(db):
        said = reading or hashlib.sha256(body).hexdigest()
        return keep_document(db, feed, pack(document, url), said)


def cite(db: Database, document: int, guid: str) -> None:
    """Let an entry say that this document was the first and the last that said it."""
    with transaction(db):
        saved = save(db, clean_feed(clean_entry(guid)), url="https://cited.example.org/", now=NOW)
        [(entry,)] = db.execute(
            "SELECT id FROM entries WHERE feed = ? AND guid = ?", (saved.feed, guid)
        ).fetchall()
        db.execute(
            "REPLACE INTO entry_documents (entry, document, last_document, read_from, reader) VALUES (?, ?, ?, ?, 1)",
            (entry, *[document] * 3),
        )


def check_bytes(archive: Path) -> int:
    """Each document that is said to be kept has its bytes; nothing else is in the folder. Returns how many."""
    with closing(open_archive(archive)) as db:
        rows = db.execute("SELECT id, sha256 FROM documents WHERE file IS NOT NULL").fetchall()
        for document, sha256 in rows:
            assert hashlib.sha256(document_body(db.conn, archive, document)).hexdigest() == sha256
        named = dict(
            db.execute("SELECT file, max(offset + length) FROM documents WHERE file IS NOT NULL GROUP BY 1")
        )
    folder = warc_folder(archive)
    there = {path.name: path.stat().st_size for path in folder.iterdir()} if folder.is_dir() else {}
    assert there == named
    return len(rows)
