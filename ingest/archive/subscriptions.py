"""What polling needs to know of a feed, and what it learns of it, as rows of the archive."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from ingest.archive.feeds import find_feed, move_feed
from ingest.archive.file.opening import transaction
from ingest.archive.polls import KEPT_POLLS, Poll, record_poll
from ingest.archive.save import Saved, save
from ingest.base.clock import timestamp
from ingest.base.http_url import shares_secrets
from ingest.base.models import CleanFeed, Hints
from ingest.base.rhythm import LATEST
from ingest.base.urls import web_url
from ingest.fetch.messages import FetchError, Response
from ingest.poll.outcome import POLLS_TO_MOVE, Before, Move, Outcome
from ingest.poll.schedule import Bounds, Known, fresh_for, next_poll
from ingest.poll.websub import is_subscribed


@dataclass(frozen=True)
class Recorded:
    """What a poll brought, and a sentence for the user where its feed cannot follow it to a new address."""

    saved: Saved
    note: str | None = None


@dataclass(frozen=True)
class Subscription:
    """A feed as it is polled. Times as in ingest.base.models."""

    id: int
    url: str
    name: str  # for people
    state: str = "active"
    etag: str | None = None
    last_modified: str | None = None
    last_polled: str | None = None
    before: Before = field(default_factory=Before)
    allow_private: bool = False
    secret: str | None = field(default=None, repr=False)  # where it is: "env:NAME" or "file:PATH"

    @property
    def only_imported(self) -> bool:
        """Whether it was never followed. Who pauses a feed has, as a rule, seen it polled."""
        return self.state == "paused" and self.last_polled is None


_SELECT = """
SELECT id, url, coalesce(title, url) AS name, state, etag, last_modified, last_polled, failures, body_hash,
    moving_to, moving_polls, allow_private, secret
FROM feeds
"""


def subscription(db: Database, feed_id: int) -> Subscription | None:
    return next((_subscription(row) for row in db.query(_SELECT + "WHERE id = ?", [feed_id])), None)


def subscriptions(db: Database, ids: Sequence[int]) -> list[Subscription]:
    """Those of the feeds with these numbers."""
    query = _SELECT + "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"  # noqa: S608
    rows = db.query(query, [json.dumps(list(ids))])
    return [_subscription(row) for row in rows]


def due(db: Database, now: str | None = None) -> list[Subscription]:
    """The active feeds that are to be polled by `now`, those that waited longest first; without `now` all of them."""
    rows = db.query(
        _SELECT
        + """
        WHERE state = 'active' AND (:now IS NULL OR next_poll IS NULL OR next_poll <= :now)
        ORDER BY next_poll, id
        """,
        {"now": now},
    )
    return [_subscription(row) for row in rows]


def next_due(db: Database) -> str | None:
    """When the next feed is due."""
    [(soonest,)] = db.execute("SELECT min(next_poll) FROM feeds WHERE state = 'active'").fetchall()
    return str(soonest) if soonest else None


def _subscription(row: dict[str, Any]) -> Subscription:
    move = Move(row["moving_to"], row["moving_polls"]) if row["moving_to"] else None
    return Subscription(
        id=row["id"],
        url=str(row["url"]),  # which another program may have made a blob
        name=str(row["name"]),
        state=row["state"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        last_polled=row["last_polled"],
        before=Before(row["failures"], row["body_hash"], move),
        allow_private=bool(row["allow_private"]),
        secret=row["secret"],
    )


def record(
    db: Database,
    feed: Subscription,
    answer: Response | FetchError,
    result: Outcome,
    document: CleanFeed | None,
    moment: datetime,
    bounds: Bounds | None = None,
) -> Recorded:
    """Save what a poll brought, what it says of the feed, and when to poll it next, in one transaction.

    `moment` (aware) is that of the poll.
    """
    now = timestamp(moment)
    poll = _poll(feed, answer, result)
    with transaction(db):
        if document:
            saved = save(db, document, url=feed.url, now=now, poll=poll)
            _learn(db, feed.id, document)
        else:
            saved = Saved(feed.id)
            record_poll(db, feed.id, poll, now)
        if isinstance(answer, Response) and result.kind in ("document", "unchanged"):
            _learn_from_headers(db, feed.id, answer)
        _follow(db, feed, result, now)
        note = _move(db, feed, result, now) if result.moved_to else None
        _keep_private(db, feed, answer, result)
        _plan(db, feed, answer, result, moment, bounds, note)
        _thin_out(db, feed.id)
    first = result.move is not None and result.move.polls == POLLS_TO_MOVE
    return Recorded(saved, note if first else None)


def record_unforeseen(db: Database, feed: Subscription, why: str, moment: datetime) -> None:
    """Note a poll that ended in an error of our own, as simply as can be: recording it may be what failed."""
    now = timestamp(moment)
    with transaction(db):
        record_poll(db, feed.id, Poll(error=why), now)
        db.execute(
            """
            UPDATE feeds SET next_poll = ?, failing_since = coalesce(failing_since, ?),
                schedule = 'in a day: something went wrong that nobody foresaw'
            WHERE id = ?
            """,
            (timestamp(moment + timedelta(days=1)), now, feed.id),
        )


def _poll(feed: Subscription, answer: Response | FetchError, result: Outcome) -> Poll:
    if result.kind not in ("document", "unchanged"):
        status = None if isinstance(answer, FetchError) else answer.status
        return Poll(status, answer.wire_bytes, answer.ms, result.message, held=result.kind == "held")
    assert isinstance(answer, Response)
    confirmed = answer.status == 304  # which need not repeat what it confirms
    return Poll(
        status=answer.status,
        bytes=answer.wire_bytes,
        ms=answer.ms,
        etag=answer.etag or (feed.etag if confirmed else None),
        last_modified=answer.last_modified or (feed.last_modified if confirmed else None),
        body_hash=result.body_hash,
    )


def _learn(db: Database, feed_id: int, document: CleanFeed) -> None:
    """What a document says of how it wants to be polled."""
    db.execute(
        "UPDATE feeds SET window = ?, hints = ?, hub_url = ?, self_url = ? WHERE id = ?",
        (
            len(document.entries),
            json.dumps(asdict(document.hints)),
            document.hub_url,
            document.url,
            feed_id,
        ),
    )


def _learn_from_headers(db: Database, feed_id: int, answer: Response) -> None:
    """Links in headers go before those in the document (WebSub, 4), which they need not repeat."""
    db.execute(
        """
        UPDATE feeds SET hub_url = coalesce(?, hub_url), self_url = coalesce(?, self_url)
        WHERE id = ?
        """,
        (web_url(answer.hub_url), web_url(answer.self_url), feed_id),
    )


def _follow(db: Database, feed: Subscription, result: Outcome, now: str) -> None:
    """What an answer says of the feed's address and state."""
    move = result.move
    db.execute(
        """
        UPDATE feeds SET
            state = CASE WHEN :gone THEN 'gone' ELSE state END,
            failing_since = CASE WHEN failures = 0 THEN NULL ELSE coalesce(failing_since, :now) END,
            moving_to = :to, moving_polls = :polls
        WHERE id = :id
        """,
        {
            "gone": result.kind == "gone",
            "now": now,
            "to": move.to if move else None,
            "polls": move.polls if move else 0,
            "id": feed.id,
        },
    )


def _move(db: Database, feed: Subscription, result: Outcome, now: str) -> str | None:
    """Have the feed at its new address from now on, and remember the old one; or why that cannot be."""
    to = result.moved_to
    assert to
    if feed.secret and not shares_secrets(feed.url, to):
        return (
            f"it has moved to {to}, which must not get the password or token of this address: it is asked for here. "
            "If it has moved there, add it there, with --secret where it needs one, and pause it here"
        )
    other = find_feed(db, to)
    if other not in (None, feed.id):
        [(state,)] = db.execute("SELECT state FROM feeds WHERE id = ?", (other,)).fetchall()
        if state == "active":
            db.execute("UPDATE feeds SET state = 'paused' WHERE id = ?", (feed.id,))
            return f"paused: it has moved to {to}, which is followed already, as feed {other}"
        return f"it has moved to {to}, which is feed {other}, and that is {state}: it is asked for here"
    move_feed(db, feed.id, to, now)
    return None


def _keep_private(db: Database, feed: Subscription, answer: Response | FetchError, result: Outcome) -> None:
    """A feed that turns out to be public, when it is first received or when it moves, is held to be so from then on."""
    first = result.kind == "document" and feed.before.body_hash is None
    settled = feed.last_polled is None or first or result.moved_to
    if feed.allow_private and settled and isinstance(answer, Response) and not answer.own_network:
        db.execute("UPDATE feeds SET allow_private = 0 WHERE id = ?", (feed.id,))


def _plan(
    db: Database,
    feed: Subscription,
    answer: Response | FetchError,
    result: Outcome,
    moment: datetime,
    bounds: Bounds | None,
    note: str | None,
) -> None:
    [(state,)] = db.execute("SELECT state FROM feeds WHERE id = ?", (feed.id,)).fetchall()
    if result.kind == "gone" or (note and state == "paused"):
        db.execute("UPDATE feeds SET next_poll = NULL, schedule = ? WHERE id = ?", (note, feed.id))
        return
    decision = next_poll(_known(db, feed, answer, result, moment), moment, bounds)
    why = f"{decision.why}; {note}" if note else decision.why
    db.execute("UPDATE feeds SET next_poll = ?, schedule = ? WHERE id = ?", (decision.at, why, feed.id))


def _known(
    db: Database, feed: Subscription, answer: Response | FetchError, result: Outcome, moment: datetime
) -> Known:
    [(added, window, hints)] = db.execute(
        "SELECT added, window, hints FROM feeds WHERE id = ?", (feed.id,)
    ).fetchall()
    latest = db.execute(
        "SELECT date, first_seen FROM entries WHERE feed = ? ORDER BY date DESC LIMIT ?", (feed.id, LATEST)
    )
    fresh = None
    if isinstance(answer, Response) and result.kind in ("document", "unchanged"):
        fresh = fresh_for(answer.cache_control, answer.expires, answer.date)
    return Known(
        url=feed.url,
        added=added,
        window=window,
        entries=latest.fetchall(),
        hints=_hints(hints),
        fresh_for=fresh,
        failures=result.failures,
        retry_after=result.wait,
        subscribed=is_subscribed(db, feed.id, moment),
    )


def _hints(stored: str | None) -> Hints:
    if not stored:
        return Hints()
    values = json.loads(stored)
    return Hints(values["ttl"], values["period"], tuple(values["skip_hours"]), tuple(values["skip_days"]))


def _thin_out(db: Database, feed_id: int) -> None:
    """The last with a body stays, however old: what conditional requests save is measured by it."""
    db.execute(
        """
        DELETE FROM polls WHERE feed = :feed AND id <= (
            SELECT id FROM polls WHERE feed = :feed ORDER BY at DESC, id DESC LIMIT 1 OFFSET :kept
        ) AND id IS NOT (
            SELECT id FROM polls WHERE feed = :feed AND status = 200 AND error IS NULL AND bytes > 0
            ORDER BY at DESC, id DESC LIMIT 1
        )
        """,
        {"feed": feed_id, "kept": KEPT_POLLS},
    )
