"""Imports saved documents into the archive, with a result for each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.save import Saved, save
from ingest.base.advice import Problem
from ingest.base.http_url import is_fetchable
from ingest.base.models import CleanFeed, NotAFeed
from ingest.base.url_spelling import without_credentials
from ingest.imports.documents import documents
from ingest.imports.saved import Document
from ingest.workers.parse_pool import parse_and_clean


@dataclass(frozen=True)
class Imported:
    """The result of a document: what was saved, or the problem, or (where it is damaged) both."""

    name: str
    saved: Saved | None = None
    problem: str | None = None


def import_documents(
    paths: Iterable[Path],
    archive: Callable[[], Database],
    now: Callable[[CleanFeed], str],
    feed_url: str | None = None,
) -> Iterator[Imported]:
    """Import the documents in `paths`. `archive` is called only when there is something to save.

    A document belongs to the feed at `feed_url`, else to the one whose address it names as its own, else to the one
    at the address that it came from. `now` gives the time (UTC, ISO 8601) at which a document counts as seen,
    unless it was saved with one.
    """
    for document in documents(paths):
        if isinstance(document, Problem):
            yield Imported(document.name, problem=document.why)
        else:
            yield _import(document, archive, now, feed_url)


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
