"""Reads kept documents again: in order of time, parsed in the parse pool, each saved in a transaction of its own.

A document is marked as read in the transaction that saves what it says. So a run that was ended goes on with the next,
and other writers have their turn in between.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from sqlite_utils import Database

from ingest.archive.documents.known import OutdatedDocument, outdated_document
from ingest.archive.documents.read_back import BytesMissing, document_body
from ingest.archive.documents.said_by import save_unreadable
from ingest.archive.feeds import order_to_read_in, secret_reference
from ingest.archive.file.errors import is_of_the_archive
from ingest.archive.file.opening import read_archive
from ingest.archive.file.writer import Writer
from ingest.archive.save import save_reread
from ingest.archive.saving.outcome import Reread
from ingest.archive.saving.own_values import SecretsOf
from ingest.base.advice import Problem
from ingest.base.models import READER, CleanFeed, DateOrder, NotAFeed
from ingest.workers.malloc import give_back_large_blocks

AHEAD = 8  # documents that are read while one is saved
AHEAD_BYTES = 64_000_000  # of their bodies, which limits the memory that they take; one may be larger

_UNFORESEEN = "Something went wrong that nobody foresaw"


class DocumentReader(Protocol):
    """What reads documents: ParsePool."""

    async def read(
        self,
        body: bytes,
        content_type: str | None = None,
        url: str | None = None,
        date_order: DateOrder | None = None,
    ) -> CleanFeed: ...


@dataclass(frozen=True)
class Reparsed:
    """The result of a document: what was saved, or the problem, or (where it is damaged) both.

    Neither, where it was read meanwhile by another process, or its feed was deleted.
    """

    feed: int
    reread: Reread | None = None
    problem: Problem | None = None


async def reparse(
    path: Path,
    documents: Sequence[int],
    pool: DocumentReader,
    dry_run: bool = False,
    secrets_of: SecretsOf = lambda _: (),
) -> AsyncGenerator[Reparsed, None]:
    """Read these documents of the archive at `path` again, and yield the result of each, in their order.

    With `dry_run` each is saved and undone. What `secrets_of` finds of a feed's is not stored. Raises errors of the
    archive.
    """
    give_back_large_blocks()
    waiting = iter(documents)
    ahead: deque[_Started] = deque()
    with Writer(path) as writer, closing(read_archive(path)) as db:
        try:
            while _start_more(ahead, waiting, path, db, pool):
                started = ahead.popleft()
                yield await _finish(started, writer, dry_run, secrets_of)
        finally:
            for started in ahead:
                started.task.cancel()
            await asyncio.gather(*(started.task for started in ahead), return_exceptions=True)


@dataclass(frozen=True)
class _Started:
    """A document that is being read."""

    document: OutdatedDocument
    read: Callable[[DateOrder | None], Awaitable[CleanFeed]]
    task: asyncio.Task[CleanFeed]


def _start_more(
    ahead: deque[_Started], waiting: Iterator[int], path: Path, db: Database, pool: DocumentReader
) -> bool:
    """Start to read more documents, as far as the bounds allow. Returns whether any is being read."""

    async def read(document: OutdatedDocument, order: DateOrder | None) -> CleanFeed:
        body = document_body(db.conn, path, document.id)
        return await pool.read(body, document.content_type, document.final_url, order)

    while not ahead or (len(ahead) < AHEAD and sum(started.document.size for started in ahead) < AHEAD_BYTES):
        document_id = next(waiting, None)
        if document_id is None:
            break
        if document := outdated_document(db, document_id, READER):
            task = asyncio.create_task(read(document, document.date_order))
            ahead.append(_Started(document, partial(read, document), task))
    return bool(ahead)


async def _finish(started: _Started, writer: Writer, dry_run: bool, secrets_of: SecretsOf) -> Reparsed:
    """Wait until a document is read, and save what it says."""
    document = started.document
    work: Callable[[Database], Reparsed]
    try:
        feed = await started.task
        if order := await writer.read(lambda db: order_to_read_in(db, document.feed, feed)):
            feed = await started.read(order)  # the document before it chose that meanwhile
        work = partial(_save, document, feed, secrets_of)
    except NotAFeed as error:
        work = partial(_save_unreadable, document, str(error))
    except BytesMissing as error:
        return _problem(document, str(error))
    except Exception as error:  # of any kind: no document may end the run
        if is_of_the_archive(error):
            raise
        what = f"{type(error).__name__}: {str(error)[:200]}"
        return _problem(document, f"{_UNFORESEEN} ({what}). Please report it.")
    if not dry_run:
        return await writer.write(work)
    try:
        return await writer.write(partial(_undo, work))
    except _Undone as undone:
        return undone.result


def _save(document: OutdatedDocument, feed: CleanFeed, secrets_of: SecretsOf, db: Database) -> Reparsed:
    if outdated_document(db, document.id, READER) is None:  # any more
        return Reparsed(document.feed)
    secrets = secrets_of(secret_reference(db, document.feed))
    return Reparsed(document.feed, save_reread(db, document.feed, document.id, feed, READER, secrets=secrets))


def _save_unreadable(document: OutdatedDocument, why: str, db: Database) -> Reparsed:
    if outdated_document(db, document.id, READER) is None:
        return Reparsed(document.feed)
    save_unreadable(db, document.id, why, READER)
    return _problem(document, why)


class _Undone(Exception):
    """Ends a transaction whose result is wanted, but not what it writes."""

    def __init__(self, result: Reparsed) -> None:
        super().__init__()
        self.result = result


def _undo(work: Callable[[Database], Reparsed], db: Database) -> Reparsed:
    raise _Undone(work(db))


def _problem(document: OutdatedDocument, why: str) -> Reparsed:
    name = f"document {document.id} of {document.feed_url}, {document.at}"
    return Reparsed(document.feed, problem=Problem(name, why))
