"""Imports saved documents into the archive, with a result for each."""

from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.again import keep_again, needs_bytes
from ingest.archive.documents.known import KnownDocument, same_bytes
from ingest.archive.documents.warc.pack import pack
from ingest.archive.feeds import feed_address, find_feed, order_to_read_in, secret_reference
from ingest.archive.file.errors import is_of_the_archive
from ingest.archive.file.opening import LazyArchive, document_transaction, transaction
from ingest.archive.known.known_entries import NoLongerKnown, known_fingerprints
from ingest.archive.saving.outcome import Saved
from ingest.archive.saving.own_values import SecretsOf
from ingest.base.advice import Problem
from ingest.base.http_url import is_fetchable
from ingest.base.models import READER, CleanFeed, NotAFeed, ReceivedDocument
from ingest.base.url_spelling import without_credentials
from ingest.base.urls import folderless_feed, without_folders
from ingest.imports.ahead import DocumentAhead, DocumentsAhead
from ingest.imports.documents import documents
from ingest.imports.known_documents import known_document, stated_feed
from ingest.imports.saved import Document
from ingest.workers.parse_pool import ParsePool


@dataclass(frozen=True)
class Imported:
    """The result of a document: what was saved, or the problem, or (where it is damaged) both.

    `known`: the archive has the document already, so that it was not read; of its feed is said which it is.
    """

    name: str
    saved: Saved | None = None
    problem: str | None = None
    known: bool = False


async def import_documents(
    paths: Iterable[Path],
    archive: LazyArchive,
    now: Callable[[CleanFeed], str],
    pool: ParsePool,
    feed_url: str | None = None,
    secrets_of: SecretsOf = lambda _: (),
) -> AsyncGenerator[Imported, None]:
    """Import the documents in `paths`. The archive is created only when there is something to save.

    A document belongs to the feed at `feed_url`, else to the one for which an archive kept it, else to the one whose
    address it names as its own, else to the one at the address that it came from. `now` gives the time (UTC, ISO 8601)
    at which a document counts as seen, unless it was saved with one. What `secrets_of` finds of a feed's is not stored.
    They are saved in their order, by this thread, while those that follow are read in the pool.
    """
    run = _Run(archive, now, feed_url, secrets_of)
    is_new = not archive.is_there()
    ahead = DocumentsAhead(documents(paths), pool, run.has_bytes, run.known, run.address, is_new)
    try:
        while one := ahead.next():
            if isinstance(one, Problem):
                yield Imported(one.name, problem=one.why)
                continue
            yield await _taken_in(run, one, ahead)
            ahead.forget(one)
    finally:
        await ahead.close()


async def _taken_in(run: "_Run", one: DocumentAhead, ahead: DocumentsAhead) -> Imported:
    try:
        return await run.take_in(one, ahead)
    except NotAFeed as error:
        problem = str(error)
    except Exception as error:  # of any kind: no document may end the run
        if is_of_the_archive(error):
            raise
        what = f"{type(error).__name__}: {str(error)[:200]}"
        problem = f"something went wrong that nobody foresaw ({what}). Please report it."
    return Imported(one.document.name, problem=problem)


@dataclass(frozen=True)
class _Run:
    """What all documents of an import share."""

    archive: LazyArchive
    now: Callable[[CleanFeed], str]
    feed_url: str | None
    secrets_of: SecretsOf

    def has_bytes(self, sha256: str) -> bool:
        return self.archive.is_there() and any(
            one.reader == READER for one in same_bytes(self.archive(), sha256)
        )

    def known(self, url: str, feed: CleanFeed) -> frozenset[str]:
        """The fingerprints of those entries that are stored as the document of the feed at `url` says them."""
        if not self.archive.is_there():
            return frozenset()
        db = self.archive()
        return known_fingerprints(db, find_feed(db, url), feed.entries, READER)

    def address(self, document: Document, sha256: str, feed: CleanFeed) -> str:
        """The address of the feed of which a document is."""
        if not self.archive.is_there():
            stated = self.feed_url or document.kept.feed_url
        else:
            stated = self.feed_url or stated_feed(self.archive(), document.kept, sha256)
        own = feed.url if feed.url and is_fetchable(feed.url) else None
        return without_credentials(stated or own or document.address)

    async def take_in(self, one: DocumentAhead, ahead: DocumentsAhead) -> Imported:
        """Save what a document says. Raises NotAFeed."""
        document, archive = one.document, self.archive
        known = _look_up(document, one.sha256, archive, self.feed_url)
        if known and known.reader == READER:
            _give_bytes(document, archive(), known)
            return Imported(document.name, Saved(known.feed), known.damage, known=True)
        partly = await ahead.read(one)
        url = self.address(document, one.sha256, partly.feed)
        if archive.is_there() and (
            order := order_to_read_in(archive(), find_feed(archive(), url), partly.feed)
        ):
            partly = await ahead.read(one, order)
        feed = await ahead.clean_but(partly, frozenset() if known else self.known(url, partly.feed))
        try:
            saved = self._save(one, feed, url, known)
        except NoLongerKnown:  # another process has changed one of its entries meanwhile
            saved = self._save(one, await ahead.clean_but(partly, frozenset()), url, known)
        return Imported(document.name, saved, feed.damage)

    def _save(self, one: DocumentAhead, feed: CleanFeed, url: str, known: KnownDocument | None) -> Saved:
        # Loaded where a document is saved: an import of what is known already saves none.
        from ingest.archive.save import save

        document, archive = one.document, self.archive
        secrets = self.secrets_of(_secret_reference(archive, url))
        if known:
            _give_bytes(document, archive(), known)
            return save(archive(), feed, url=url, now=known.at, document=known.id, secrets=secrets)
        received = _received(document, document.captured or self.now(feed))
        packed = pack(received, folderless_feed(url))
        db = archive()
        with document_transaction(db):
            meanwhile = _look_up(document, one.sha256, archive, url)  # by another process, or taken up
            if meanwhile:
                keep_again(db, meanwhile.id, packed)
            kept = meanwhile.id if meanwhile else packed
            dated = _is_dated(document)
            return save(db, feed, url=url, now=received.at, document=kept, dated=dated, secrets=secrets)


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
    document: Document, sha256: str, archive: LazyArchive, feed_url: str | None
) -> KnownDocument | None:
    """The same document of the same feed in the archive, if any."""
    if not archive.is_there():
        return None
    db = archive()
    return known_document(db, document, sha256, feed_url or stated_feed(db, document.kept, sha256))


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
