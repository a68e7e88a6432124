"""Imports saved documents into the archive, with a result for each."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.again import keep_again, needs_bytes
from ingest.archive.documents.known import KnownDocument
from ingest.archive.documents.warc.pack import pack
from ingest.archive.feeds import feed_address, find_feed, order_to_read_in, secret_reference
from ingest.archive.file.opening import LazyArchive, transaction
from ingest.archive.save import Saved, save
from ingest.archive.saving.own_values import SecretsOf
from ingest.base.advice import Problem
from ingest.base.http_url import is_fetchable
from ingest.base.models import READER, CleanFeed, NotAFeed, ReceivedDocument
from ingest.base.url_spelling import without_credentials
from ingest.base.urls import folderless_feed, without_folders
from ingest.imports.documents import documents
from ingest.imports.known_documents import known_document, stated_feed
from ingest.imports.saved import Document
from ingest.workers.parse_pool import parse_and_clean


@dataclass(frozen=True)
class Imported:
    """The result of a document: what was saved, or the problem, or (where it is damaged) both.

    `known`: the archive has the document already, so that it was not read; of its feed is said which it is.
    """

    name: str
    saved: Saved | None = None
    problem: str | None = None
    known: bool = False


def import_documents(
    paths: Iterable[Path],
    archive: LazyArchive,
    now: Callable[[CleanFeed], str],
    feed_url: str | None = None,
    secrets_of: SecretsOf = lambda _: (),
) -> Iterator[Imported]:
    """Import the documents in `paths`. The archive is created only when there is something to save.

    A document belongs to the feed at `feed_url`, else to the one for which an archive kept it, else to the one whose
    address it names as its own, else to the one at the address that it came from. `now` gives the time (UTC, ISO 8601)
    at which a document counts as seen, unless it was saved with one. What `secrets_of` finds of a feed's is not stored.
    """
    for document in documents(paths):
        if isinstance(document, Problem):
            yield Imported(document.name, problem=document.why)
        else:
            yield _import(document, archive, now, feed_url, secrets_of)


def _import(
    document: Document,
    archive: LazyArchive,
    now: Callable[[CleanFeed], str],
    feed_url: str | None,
    secrets_of: SecretsOf,
) -> Imported:
    stated, known = _look_up(document, archive, feed_url)
    if known and known.reader == READER:
        _give_bytes(document, archive(), known)
        return Imported(document.name, Saved(known.feed), known.damage, known=True)
    try:
        feed = parse_and_clean(document.body, document.content_type, document.address)
    except NotAFeed as error:
        return Imported(document.name, problem=str(error))
    own = feed.url if feed.url and is_fetchable(feed.url) else None
    url = without_credentials(stated or own or document.address)
    if archive.is_there() and (order := order_to_read_in(archive(), find_feed(archive(), url), feed)):
        feed = parse_and_clean(document.body, document.content_type, document.address, order)
    secrets = secrets_of(_secret_reference(archive, url))
    if known:
        _give_bytes(document, archive(), known)
        saved = save(archive(), feed, url=url, now=known.at, document=known.id, secrets=secrets)
    else:
        received = _received(document, document.captured or now(feed))
        packed = pack(received, folderless_feed(url))
        db = archive()
        with transaction(db):
            _, meanwhile = _look_up(document, archive, url)  # by another process, or taken up
            if meanwhile:
                keep_again(db, meanwhile.id, packed)
            kept = meanwhile.id if meanwhile else packed
            saved = save(
                db,
                feed,
                url=url,
                now=received.at,
                document=kept,
                dated=_is_dated(document),
                secrets=secrets,
            )
    return Imported(document.name, saved, feed.damage)


def _secret_reference(archive: LazyArchive, url: str) -> str | None:
    return secret_reference(archive(), find_feed(archive(), url)) if archive.is_there() else None


def _is_dated(document: Document) -> bool:
    """Whether a document has a time of its own. A file has none, also where an archive kept it with one."""
    return document.captured is not None and not document.address.startswith("file:")


def _give_bytes(document: Document, db: Database, known: KnownDocument) -> None:
    """Keep the bytes of a document that the archive knows, where they are missing."""
    if needs_bytes(db, known.id):
        received = _received(document, document.captured or known.at)
        packed = pack(received, folderless_feed(feed_address(db, known.feed)))
        with transaction(db):
            keep_again(db, known.id, packed)


def _look_up(
    document: Document, archive: LazyArchive, feed_url: str | None
) -> tuple[str | None, KnownDocument | None]:
    """The address of the feed to which the document belongs whatever it says, and the same in the archive, if any."""
    if not archive.is_there():
        return feed_url or document.kept.feed_url, None
    db, sha256 = archive(), hashlib.sha256(document.body).hexdigest()
    stated = feed_url or stated_feed(db, document.kept, sha256)
    return stated, known_document(db, document, sha256, stated)


def _received(document: Document, at: str) -> ReceivedDocument:
    """The document as it is kept: without folders, and asked for at its feed's address where that is known."""
    final_url, feed_url = _folderless(document.address), document.kept.feed_url
    asked_for = feed_url if document.http and feed_url and is_fetchable(feed_url) else final_url
    return ReceivedDocument(
        body=document.body,
        at=at,
        url=asked_for,
        came="import",
        final_url=final_url,
        content_type=document.content_type,
        name=document.file,
        http=document.http,
    )


def _folderless(url: str) -> str:
    return without_folders(url) or "file:///" if url.startswith("file:") else url
