"""Poll feeds: each is locked, fetched, parsed and saved; many concurrently, with one writer.

A feed that another process is polling is skipped. A failure affects no other feed.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ingest.archive.documents.warc.pack import PackedDocument
from ingest.archive.file.errors import is_of_the_archive
from ingest.archive.file.writer import Writer
from ingest.archive.known.known_entries import NoLongerKnown, known_fingerprints
from ingest.archive.saving.outcome import Saved
from ingest.archive.subscriptions import Subscription, subscription_to_poll
from ingest.base.clock import now
from ingest.base.models import READER
from ingest.base.urls import url_host
from ingest.fetch.client import Fetcher
from ingest.fetch.credentials import NoSecret, credentials
from ingest.fetch.errors import unforeseen
from ingest.fetch.messages import FetchError, Request, Response
from ingest.fetch.rate_limits import registrable_domain
from ingest.poll.judge import Judged, judge_and_pack
from ingest.poll.locks import FeedLocks
from ingest.poll.outcome import OutcomeKind
from ingest.poll.record import Recorded, record_answer, record_unforeseen
from ingest.poll.retry_after import keep_holds, restore_holds
from ingest.poll.schedule import Bounds
from ingest.workers.malloc import give_back_large_blocks
from ingest.workers.parse_pool import ParsePool
from ingest.workers.parsed_feed import ParsedFeed

FEEDS_AT_ONCE = 100  # in progress; the fetcher's Budget limits how many are fetched concurrently


@dataclass(frozen=True)
class Polled:
    """The result of a poll."""

    feed: Subscription
    kind: OutcomeKind
    saved: Saved
    message: str | None = None  # for the user, where something is wrong
    wire_bytes: int = 0


async def update(
    path: Path,
    feeds: Iterable[Subscription],
    fetcher: Fetcher,
    parse_pool: ParsePool,
    bounds: Bounds | None = None,
    again: bool = False,
) -> AsyncGenerator[Polled, None]:
    """Poll these feeds of the archive at `path`, and yield their results, as they come in.

    With `again` their documents are asked for whole, as if nothing of them was received, and read where another version
    of the reader has read them. A feed that another process is polling, or has polled since it was listed, is skipped.
    Raises errors of the archive.
    """
    give_back_large_blocks()
    waiting = deque(_interleaved(list(feeds)))
    done: asyncio.Queue[Polled | Exception | None] = asyncio.Queue(FEEDS_AT_ONCE)
    with Writer(path) as writer, closing(FeedLocks(path)) as locks:
        # This waits for the write lock, so that nothing is fetched that could not be saved.
        await writer.write(lambda db: restore_holds(db, fetcher.budget, datetime.now(UTC)))
        poller = _Poller(locks, fetcher, parse_pool, writer, bounds, again)

        async def work() -> None:
            while waiting:
                try:
                    await done.put(await poller.poll(waiting.popleft()))
                except Exception as error:  # of the archive's: raised below, where the caller sees it
                    await done.put(error)

        total = len(waiting)
        workers = [asyncio.create_task(work()) for _ in range(min(FEEDS_AT_ONCE, total))]
        try:
            for _ in range(total):
                polled = await done.get()
                if isinstance(polled, Exception):
                    raise polled
                if polled:
                    yield polled
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


@dataclass(frozen=True)
class _Poller:
    """Polls feeds, with what all polls of a run share."""

    locks: FeedLocks
    fetcher: Fetcher
    parse_pool: ParsePool
    writer: Writer
    bounds: Bounds | None
    again: bool

    async def poll(self, listed: Subscription) -> Polled | None:
        """Poll a feed, or return None where another process does, or did since it was listed. Raises errors of the
        archive."""
        with self.locks.lock(listed.id) as is_locked:
            if not is_locked:
                return None
            try:
                feed = await self.writer.read(lambda db: subscription_to_poll(db, listed.id, now()))
                if feed is None or feed.last_polled != listed.last_polled:
                    return None
                return await self._poll_locked(feed)
            except Exception as error:
                if is_of_the_archive(error):
                    raise
                why = unforeseen(error)
            await self.writer.write(lambda db: record_unforeseen(db, listed, why, datetime.now(UTC)))
            return Polled(listed, "failing", Saved(listed.id), why)

    async def _poll_locked(self, feed: Subscription) -> Polled:
        """Fetch, classify the response, parse and clean, save."""
        if self.again:
            feed = replace(feed, etag=None, last_modified=None)
        async with AsyncExitStack() as slots:  # until it is saved: they limit the large bodies in memory
            answer = await request_feed(self.fetcher, feed, slots)
            look_up = partial(self._look_up, feed.id)
            judged, document = await judge_and_pack(answer, feed, self.parse_pool, datetime.now(UTC), look_up)
            answer = judged.answer  # without its bytes
            recorded = await self._record(feed, judged, document)
            result = judged.outcome
            if result.wait:
                await self.writer.write(lambda db: keep_holds(db, self.fetcher.budget, judged.moment))
        note = recorded.note and f"{recorded.note[:1].upper()}{recorded.note[1:]}."
        message = result.message or (judged.clean_feed.damage if judged.clean_feed else None) or note
        return Polled(feed, result.kind, recorded.saved, message, answer.wire_bytes)

    async def _look_up(self, feed_id: int, parsed: ParsedFeed) -> frozenset[str]:
        entries = parsed.feed.entries
        return await self.writer.read(lambda db: known_fingerprints(db, feed_id, entries, READER))

    async def _record(
        self, feed: Subscription, judged: Judged, document: PackedDocument | int | None
    ) -> Recorded:
        try:
            return await self.writer.write(lambda db: record_answer(db, feed, judged, document, self.bounds))
        except NoLongerKnown:  # another process has changed one of its entries meanwhile
            if judged.read_whole is None:
                raise
            whole = replace(judged, clean_feed=await judged.read_whole())
        return await self.writer.write(lambda db: record_answer(db, feed, whole, document, self.bounds))


async def request_feed(
    fetcher: Fetcher, feed: Subscription, slots: AsyncExitStack | None = None
) -> Response | FetchError:
    """The response to a conditional request for the feed, or why there is none. `slots` as in Fetcher.get.

    It is unconditional where the archive does not have the document that would be confirmed, such as in an archive of
    before documents were kept.
    """
    etag, modified = (feed.etag, feed.last_modified) if feed.previous.confirmed else (None, None)
    try:
        headers, auth = credentials(feed.secret)
        request = Request(feed.url, etag, modified, feed.allow_private, headers, auth)
        return await fetcher.get(request, slots)
    except NoSecret as error:
        return FetchError("address", str(error))
    except FetchError as error:
        return error


def _interleaved(feeds: Sequence[Subscription]) -> list[Subscription]:
    """The feeds in round-robin order of their registrable domains, so that a provider's many do not delay the rest."""
    seen: Counter[str] = Counter()
    turns = []
    for index, feed in enumerate(feeds):
        domain = registrable_domain(url_host(feed.url))
        turns.append((seen[domain], index, feed))
        seen[domain] += 1
    return [feed for *_, feed in sorted(turns, key=lambda turn: turn[:2])]
