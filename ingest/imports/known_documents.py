"""Documents that need not be read, since the archive has their bytes, and the feeds to which documents belong."""

from collections.abc import Iterable

from sqlite_utils import Database

from ingest.archive.documents.known import KnownDocument, last_document, same_bytes
from ingest.archive.feeds import find_feed
from ingest.base.http_url import is_fetchable
from ingest.base.models import READER
from ingest.base.urls import folderless_feed
from ingest.imports.saved import Document
from ingest.imports.web_archives.kept_fields import KeptFields


def known_document(
    db: Database, document: Document, sha256: str, feed_url: str | None
) -> KnownDocument | None:
    """The document of the archive that has the same bytes and is of the same feed.

    Where the document has a time, it is that feed's last until then, or of that very time; else any that could be read,
    by today's reader where there is one. `feed_url` is that of the feed to which it belongs whatever it says.
    """
    for url in [feed_url] if feed_url else _likely_feeds(db, document, sha256):
        if (feed_id := find_feed(db, url)) and (known := _of_feed(db, feed_id, document, sha256)):
            return known
    return None


def stated_feed(db: Database, kept: KeptFields, sha256: str) -> str | None:
    """The address of the feed for which an archive of Feedsette's kept a document.

    A file's is told without its folders; where it was this archive itself, it is that of a feed which it has.
    """
    url = kept.feed_url
    if not url or not url.startswith("file:"):
        return url
    [(archive_id,)] = db.execute("SELECT value FROM settings WHERE name = 'archive_id'").fetchall()
    if kept.archive_id != archive_id:
        return url
    rows = db.execute("SELECT id, url FROM feeds WHERE url LIKE 'file:%'")
    feeds = {feed_id: own for feed_id, own in rows if folderless_feed(own) == url}
    with_bytes = {known.feed for known in same_bytes(db, sha256)} & feeds.keys()
    candidates = with_bytes or feeds.keys()
    return str(feeds[min(candidates)]) if len(candidates) == 1 else url


def _likely_feeds(db: Database, document: Document, sha256: str) -> Iterable[str]:
    """The addresses of the feeds to which a document belongs by what was read in the same bytes before.

    None where that was read at another web address, relative to which it may name another feed.
    """
    rows = db.execute(
        "SELECT DISTINCT own_url, final_url FROM documents WHERE sha256 = ? AND own_url IS NOT NULL",
        (sha256,),
    )
    named = [(own, read_at) for own, read_at in rows if is_fetchable(own)]
    if not named:
        return [document.address]
    is_file = document.address.startswith("file:")
    return dict.fromkeys(own for own, read_at in named if is_file or read_at == document.address)


def _of_feed(db: Database, feed_id: int, document: Document, sha256: str) -> KnownDocument | None:
    if document.captured:
        last = last_document(db, feed_id, document.captured)
        if (
            last and last.sha256 != sha256 and last.at == document.captured
        ):  # one of several of the same second
            same = [known for known in same_bytes(db, sha256) if (known.feed, known.at) == (feed_id, last.at)]
            last = same[0] if same else None
        return last if last and last.sha256 == sha256 else None
    own = [known for known in same_bytes(db, sha256) if known.feed == feed_id and known.error is None]
    return max(own, key=lambda known: (known.reader == READER, known.at, known.id), default=None)
