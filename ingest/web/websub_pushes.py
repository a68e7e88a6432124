"""Requests of hubs to our callback (WebSub, W3C, 2018): verification of intent, and content distribution."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

from sqlite_utils import Database

from ingest.archive.documents.pruning.prune import prune_beside
from ingest.archive.documents.warc.pack import PackedDocument, pack
from ingest.archive.file.errors import ArchiveError, explained
from ingest.archive.file.opening import open_archive
from ingest.archive.known.known_entries import NoLongerKnown, known_fingerprints
from ingest.archive.websub_subscriptions import (
    Hub,
    PushedFeed,
    may_push,
    pushed_feed,
    save_push,
    save_same_push,
    save_unreadable_push,
)
from ingest.base.clock import HOUR, now
from ingest.base.models import READER, CleanFeed, DateOrder, NotAFeed, ReceivedDocument
from ingest.base.printable import printable
from ingest.base.url_spelling import without_credentials
from ingest.fetch.credentials import secrets_of
from ingest.poll.outcome import trouble_of_body
from ingest.poll.websub import confirm, deny, hub_of_token, is_signed, key_of
from ingest.web.archive_errors import log_archive_error
from ingest.workers.parse_pool import LookUp, ParsePool
from ingest.workers.parsed_feed import ParsedFeed

PUSHES_AT_ONCE = 4  # in memory

_Value = TypeVar("_Value")
_log = logging.getLogger(__name__)  # which without a handler writes to standard error


class ArchiveUnavailable(Exception):
    """The archive cannot be written to just now. Why is in the log."""


class Pushes:
    """Saves pushes: one of each feed at a time and few in all, parsed in the parse pool as polled documents are."""

    def __init__(self) -> None:
        self._parse_pool = ParsePool()
        self._slots = asyncio.Semaphore(PUSHES_AT_ONCE)
        self._feeds: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._pruning: asyncio.Task[None] | None = None
        self._prune_at = 0.0

    @asynccontextmanager
    async def slot(self, feed: int) -> AsyncIterator[None]:
        """Wait until no other push of this feed, and few of other feeds, are in memory."""
        lock = self._feeds.setdefault(feed, asyncio.Lock())
        async with lock, self._slots:
            yield

    async def save(
        self, archive: Path, hub: Hub, body: bytes, signature: str | None, content_type: str | None
    ) -> None:
        """Save and keep what a hub pushed, if its signature is right (WebSub, 8). Raises ArchiveUnavailable."""
        at = now()
        if not is_signed(key_of(archive), hub, body, signature):
            return
        feed = await _with_archive(archive, lambda db: pushed_feed(db, hub, at))
        if feed is None:
            return
        url = without_credentials(feed.url)
        received = ReceivedDocument(body, at, url, "push", content_type=content_type)
        look_up = partial(_look_up, archive, hub.feed)
        try:
            await _with_archive(archive, await self._read(received, feed, hub, look_up))
        except NoLongerKnown:  # another process has changed one of its entries meanwhile
            await _with_archive(archive, await self._read(received, feed, hub))
        self._prune_hourly(archive)

    def _prune_hourly(self, archive: Path) -> None:
        """Free what goes by the bounds of documents, but not with each push."""
        if (moment := time.monotonic()) >= self._prune_at:
            self._prune_at = moment + HOUR
            self._pruning = asyncio.create_task(_prune(archive))

    async def _read(
        self, received: ReceivedDocument, feed: PushedFeed, hub: Hub, look_up: LookUp | None = None
    ) -> Callable[[Database], object]:
        """What is to be saved of a push. One that brings the feed's last document again is not read."""
        at, last = received.at, feed.document
        if last and last.says_nothing_new(received.sha256):
            same, why = await asyncio.to_thread(_to_keep, received, feed), last.error
            if why:
                return lambda db: save_unreadable_push(db, hub, same, why, at)
            return lambda db: save_same_push(db, hub, at, same)
        clean_feed, document = await asyncio.gather(
            self._parse(received, feed.date_order, look_up), asyncio.to_thread(_to_keep, received, feed)
        )
        if isinstance(clean_feed, CleanFeed):
            secrets = secrets_of(feed.secret)
            return lambda db: save_push(db, hub, clean_feed, document, at, secrets)
        kept = None if trouble_of_body(received.body) else document
        return lambda db: save_unreadable_push(db, hub, kept, str(clean_feed), at)

    async def _parse(
        self, received: ReceivedDocument, order: DateOrder | None, look_up: LookUp | None
    ) -> CleanFeed | NotAFeed:
        body, content_type = received.body, received.content_type
        try:
            return await self._parse_pool.read(body, content_type, date_order=order, look_up=look_up)
        except NotAFeed as error:
            return error


def _to_keep(received: ReceivedDocument, feed: PushedFeed) -> PackedDocument | int:
    """The document to be kept, or the row of the last, where that has these bytes and does not need them."""
    last = feed.document
    is_there = last and last.sha256 == received.sha256 and not feed.needs_bytes
    return last.id if last and is_there else pack(received, received.url)


async def _look_up(archive: Path, feed_id: int, parsed: ParsedFeed) -> frozenset[str]:
    entries = parsed.feed.entries
    return await _with_archive(archive, lambda db: known_fingerprints(db, feed_id, entries, READER))


async def _prune(archive: Path) -> None:
    for sentence in await prune_beside(archive):
        _log.warning("%s", printable(sentence))


async def load_hub(archive: Path, token: str) -> Hub | None:
    """The hub that was given the callback URL with this token; None where none was. Raises ArchiveUnavailable."""
    key = key_of(archive)
    return await _with_archive(archive, lambda db: hub_of_token(db, key, token))


async def is_expected(archive: Path, hub: Hub) -> bool:
    """Whether a push of a hub is accepted now. Raises ArchiveUnavailable."""
    return await _with_archive(archive, lambda db: may_push(db, hub, now()))


async def verify_intent(archive: Path, hub: Hub, args: Mapping[str, str]) -> str | None:
    """The answer to a hub that verifies our intent to subscribe (WebSub, 5.3) or denies a subscription.

    None where we want no such subscription. Raises ArchiveUnavailable.
    """
    mode, topic, moment = args.get("hub.mode"), args.get("hub.topic") or "", datetime.now(UTC)
    if mode == "denied":
        reason = args.get("hub.reason") or "no reason given"
        await _with_archive(archive, lambda db: deny(db, hub, reason))
        return ""
    lease = args.get("hub.lease_seconds") or ""
    if mode == "subscribe" and await _with_archive(
        archive, lambda db: confirm(db, hub, topic, lease, moment)
    ):
        return args.get("hub.challenge") or ""
    return None


async def _with_archive(archive: Path, work: Callable[[Database], _Value]) -> _Value:
    def run() -> _Value:
        with explained(archive), closing(open_archive(archive)) as db:
            return work(db)

    try:
        return await asyncio.to_thread(run)
    except ArchiveError as error:
        log_archive_error(error)
        raise ArchiveUnavailable from error
