"""Record a poll in one transaction: its response, its document, the feed's address and its next poll."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from ingest.archive.documents.warc.pack import PackedDocument
from ingest.archive.feeds import find_feed, move_feed
from ingest.archive.file.opening import document_transaction
from ingest.archive.owner import set_state
from ingest.archive.polls import Poll
from ingest.archive.saving.outcome import Saved
from ingest.archive.subscriptions import (
    PollRecord,
    Subscription,
    feed_state,
    publishing,
    record,
    record_failure,
    schedule,
)
from ingest.archive.websub_subscriptions import is_subscribed
from ingest.base.clock import timestamp
from ingest.base.http_url import shares_secrets
from ingest.base.models import CleanFeed
from ingest.base.rhythm import LATEST
from ingest.base.urls import web_url
from ingest.fetch.credentials import secrets_of
from ingest.fetch.messages import FetchError, Response
from ingest.poll.judge import Judged
from ingest.poll.outcome import POLLS_TO_MOVE, Outcome
from ingest.poll.schedule import Bounds, Known, fresh_for, next_poll


@dataclass(frozen=True)
class Recorded:
    """What was saved, and a sentence for the user where the feed has moved but its address cannot be changed."""

    saved: Saved
    note: str | None = None


def record_answer(
    db: Database,
    feed: Subscription,
    judged: Judged,
    document: PackedDocument | int | None,
    bounds: Bounds | None = None,
) -> Recorded:
    """Save the result of a poll, move the feed if it has moved, and schedule its next poll.

    All in one transaction. `document` is kept, or names the row of the one that came again.
    """
    answer, result, moment = judged.answer, judged.outcome, judged.moment
    now = timestamp(moment)
    with document_transaction(db):
        polled = poll_record(feed, answer, result, judged.clean_feed, document)
        saved = record(db, feed, replace(polled, secrets=secrets_of(feed.secret)), now)
        note = _move(db, feed, result.moved_to, now) if result.moved_to else None
        if result.kind == "gone" or (note and feed_state(db, feed.id) == "paused"):
            schedule(db, feed.id, None, note)
        else:
            decision = next_poll(_known(db, feed, answer, result, now), moment, bounds)
            schedule(db, feed.id, decision.at, f"{decision.why}; {note}" if note else decision.why)
    first = result.move is not None and result.move.polls == POLLS_TO_MOVE
    return Recorded(saved, note if first else None)


def record_unforeseen(db: Database, feed: Subscription, error: str, moment: datetime) -> None:
    """Record a poll that ended in an unexpected exception. It does little, since recording may be what failed."""
    why = "in a day: something went wrong that nobody foresaw"
    record_failure(
        db, feed.id, error, timestamp(moment), next_poll=timestamp(moment + timedelta(days=1)), why=why
    )


def poll_record(
    feed: Subscription,
    answer: Response | FetchError,
    result: Outcome,
    clean_feed: CleanFeed | None,
    document: PackedDocument | int | None = None,
) -> PollRecord:
    """What to write of a response, decided without the archive. Pure."""
    if isinstance(answer, FetchError):
        poll = Poll(None, answer.wire_bytes, answer.ms, result.message, held=result.kind == "held")
        return PollRecord(poll, gone=result.kind == "gone", move=result.move)
    received = result.kind in ("document", "unchanged")
    return PollRecord(
        poll=_poll(feed, answer, result),
        clean_feed=clean_feed,
        document=document,
        again=result.document,
        hub_url=web_url(answer.hub_url) if received else None,
        self_url=web_url(answer.self_url) if received else None,
        gone=result.kind == "gone",
        move=result.move,
        public=_is_public(feed, answer, result),
    )


def _poll(feed: Subscription, answer: Response, result: Outcome) -> Poll:
    if result.kind not in ("document", "unchanged"):
        held = result.kind == "held"
        return Poll(answer.status, answer.wire_bytes, answer.ms, result.message, held=held)
    confirmed = answer.status == 304  # which need not repeat the headers
    return Poll(
        status=answer.status,
        bytes=answer.wire_bytes,
        ms=answer.ms,
        etag=answer.etag or (feed.etag if confirmed else None),
        last_modified=answer.last_modified or (feed.last_modified if confirmed else None),
        body_hash=result.body_hash,
    )


def _is_public(feed: Subscription, answer: Response, result: Outcome) -> bool:
    """Whether the feed loses the permission to be in a private network: it was received from a public address, for the
    first time, or after it moved."""
    first = result.kind == "document" and feed.previous.body_hash is None
    settled = feed.last_polled is None or first or result.moved_to is not None
    return settled and not answer.own_network


def _move(db: Database, feed: Subscription, to: str, now: str) -> str | None:
    """Change the feed's address to `to`. Returns why that is not possible, where it is not, for the user."""
    if feed.secret and not shares_secrets(feed.url, to):
        return (
            f"it has moved to {to}, which must not get the password or token of this address: it is asked for here. "
            "If it has moved there, add it there, with --secret where it needs one, and pause it here"
        )
    other = find_feed(db, to)
    if other is None or other == feed.id:
        move_feed(db, feed.id, to, now)
        return None
    state = feed_state(db, other)
    if state == "active":
        set_state(db, feed.id, "paused")
        return f"paused: it has moved to {to}, which is followed already, as feed {other}"
    return f"it has moved to {to}, which is feed {other}, and that is {state}: it is asked for here"


def _known(
    db: Database, feed: Subscription, answer: Response | FetchError, result: Outcome, now: str
) -> Known:
    """By what the next poll is scheduled."""
    known = publishing(db, feed.id, LATEST)
    fresh = None
    if isinstance(answer, Response) and result.kind in ("document", "unchanged"):
        fresh = fresh_for(answer.cache_control, answer.expires, answer.date)
    return Known(
        url=feed.url,
        added=known.added,
        window=known.window,
        entries=known.entries,
        hints=known.hints,
        fresh_for=fresh,
        failures=result.failures,
        retry_after=result.wait,
        subscribed=is_subscribed(db, feed.id, now),
    )
