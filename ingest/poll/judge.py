"""Judge the answer to a request for a feed: what it is, what is read in it, and what is kept of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from ingest.archive.documents.warc.pack import PackedDocument, pack
from ingest.archive.subscriptions import Subscription
from ingest.base.clock import timestamp
from ingest.base.models import CleanFeed, KnownEntry, NotAFeed, ReceivedDocument
from ingest.base.url_spelling import without_credentials
from ingest.fetch.errors import unforeseen
from ingest.fetch.messages import FetchError, Response
from ingest.poll.outcome import Outcome, outcome, rejected
from ingest.workers.parse_pool import LookUp, ParsePool


@dataclass(frozen=True)
class Judged:
    """An answer, and what it brought."""

    answer: Response | FetchError
    outcome: Outcome
    moment: datetime  # (aware) when it was received
    received: ReceivedDocument | None = field(default=None, repr=False)  # to be read, and kept
    clean_feed: CleanFeed | None = None  # what was read in it
    read_whole: Callable[[], Awaitable[CleanFeed]] | None = field(
        default=None, repr=False
    )  # where entries of it are known: reads it as if none was

    def without_bytes(self) -> "Judged":
        """The same, to free its memory."""
        answer = self.answer
        if isinstance(answer, Response):
            answer = replace(answer, body=None, exchange=None)
        return replace(self, answer=answer, received=None)


def judge(answer: Response | FetchError, feed: Subscription, moment: datetime) -> Judged:
    """Judge an answer that was received at `moment` (aware), but for reading its document. Pure."""
    result = outcome(answer, feed.previous)
    is_again = feed.previous.needs_bytes and result.document is not None
    if isinstance(answer, FetchError) or not (result.kind == "document" or (is_again and answer.body)):
        return Judged(answer, result, moment)
    received = ReceivedDocument(
        body=answer.body or b"",
        at=timestamp(moment),
        url=without_credentials(feed.url),
        came="poll",
        final_url=answer.kept_url or answer.url,
        content_type=answer.content_type,
        http=answer.exchange,
    )
    return Judged(answer, result, moment, received)


async def read_judged(
    judged: Judged, feed: Subscription, parse_pool: ParsePool, look_up: LookUp | None = None
) -> Judged:
    """The same with its document read, where it has one, but for entries that `look_up` finds to be known.

    One that cannot be read is a failure, and is kept too.
    """
    received = judged.received
    if received is None or judged.outcome.kind != "document":
        return judged
    try:
        read = partial(
            parse_pool.read, received.body, received.content_type, received.final_url, feed.date_order
        )
        if look_up is None or judged.outcome.document is not None:  # which is compared with what it said then
            return replace(judged, clean_feed=await read())
        clean_feed = await read(look_up)
        is_whole = not any(isinstance(entry, KnownEntry) for entry in clean_feed.entries)
        return replace(judged, clean_feed=clean_feed, read_whole=None if is_whole else read)
    except NotAFeed as error:
        return replace(judged, outcome=rejected(str(error), feed.previous, judged.outcome.document))
    except Exception as error:  # of any kind: no document may end the run. That is not the document's fault
        return replace(judged, outcome=rejected(unforeseen(error), feed.previous), received=None)


def to_keep(judged: Judged, feed_url: str, needs_bytes: bool = False) -> PackedDocument | int | None:
    """The document to be kept, or the row of the one that has its bytes already, unless that needs them."""
    if judged.received is None or (judged.outcome.document is not None and not needs_bytes):
        return judged.outcome.document
    return pack(judged.received, without_credentials(feed_url))


async def judge_and_pack(
    answer: Response | FetchError,
    feed: Subscription,
    parse_pool: ParsePool,
    moment: datetime,
    look_up: LookUp | None = None,
) -> tuple[Judged, PackedDocument | int | None]:
    """Judge an answer, read its document and pack it at the same time, as `read_judged` and `to_keep` do."""
    judged = judge(answer, feed, moment)
    read, packed = await asyncio.gather(
        read_judged(judged, feed, parse_pool, look_up),
        asyncio.to_thread(to_keep, judged, feed.url, feed.previous.needs_bytes),
    )
    kept = packed if read.received or not judged.received else None
    return read.without_bytes(), kept
