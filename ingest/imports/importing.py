"""From a saved document to the archive, with a word on each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.file.opening import transaction
from ingest.archive.save import Poll, Saved, record_poll, save
from ingest.base.advice import Problem
from ingest.base.http_url import is_fetchable
from ingest.base.models import CleanFeed, NotAFeed
from ingest.base.url_spelling import without_credentials
from ingest.imports.documents import Document, documents
from ingest.workers.parse_pool import parse_and_clean

SAMPLES = Path(__file__).parent / "samples"
FOLDERS = {
    "1-forum.xml": "Forums",
    "2-blog-2025-11.atom": "Notebooks",
    "2-blog-2026-03.atom": "Notebooks",
    "3-library.rdf": "The town",
    "4-links.json": "Notebooks",
    "5-podcast.xml": "To listen to",
}
ENDED, GONE = "3-library.rdf", "2021-11-01T09:00:00Z"


@dataclass(frozen=True)
class Imported:
    """What became of a document: what it brought, or why not, or (where it is damaged) both."""

    name: str
    saved: Saved | None = None
    problem: str | None = None


def import_documents(
    paths: Iterable[Path],
    archive: Callable[[], Database],
    now: Callable[[CleanFeed], str],
    feed_url: str | None = None,
) -> Iterator[Imported]:
    """Take in what stands at `paths`. `archive` is asked for only when there is something to save.

    A document belongs to the feed at `feed_url`, else to the one whose address it names as its own, else to the one
    at the address that it came from. `now` says when a document is taken to have been seen, unless it says itself.
    """
    for document in documents(paths):
        if isinstance(document, Problem):
            yield Imported(document.name, problem=document.why)
        else:
            yield _import(document, archive, now, feed_url)


def import_samples(archive: Callable[[], Database]) -> Iterator[Imported]:
    """Take in the sample feeds of the package, each as if it was polled on the evening of its newest entry.

    One has ended since, and says so; so that there is something to see of feeds that fail.
    """
    db = archive()
    for name, folder in FOLDERS.items():
        path = SAMPLES / name
        body = path.read_bytes()
        feed = parse_and_clean(body)
        newest = max(entry.updated or entry.published or "" for entry in feed.entries)
        ended = name == ENDED
        poll = Poll(200, len(body), 120)
        state = "gone" if ended else "paused"
        evening = f"{newest[:10]}T23:59:59Z"
        saved = save(db, feed, url=feed.url or path.as_uri(), now=evening, poll=poll, state=state)
        with transaction(db):
            db.execute("UPDATE feeds SET folder = ? WHERE id = ?", (folder, saved.feed))
        if ended:
            record_poll(
                db,
                saved.feed,
                Poll(410, 0, 80, "The server says that the feed is gone for good (410)."),
                GONE,
            )
        yield Imported(name, saved)


def _import(
    document: Document, archive: Callable[[], Database], now: Callable[[CleanFeed], str], feed_url: str | None
) -> Imported:
    try:
        feed = parse_and_clean(document.body, document.content_type, document.address)
    except NotAFeed as error:
        return Imported(document.name, problem=str(error))
    own = feed.url if feed.url and is_fetchable(feed.url) else None
    url = without_credentials(feed_url or own or document.address)
    saved = save(archive(), feed, url=url, now=document.captured or now(feed))
    return Imported(document.name, saved, feed.damage)
