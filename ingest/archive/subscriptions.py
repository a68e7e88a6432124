"""Feeds as they are polled: which are due, their schedule, and what a poll writes."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlite_utils import Database

from ingest.archive.documents.again import known_or_new, needs_bytes
from ingest.archive.documents.keep import keep_unreadable
from ingest.archive.documents.known import KnownDocument, last_document
from ingest.archive.documents.warc.pack import PackedDocument
from ingest.archive.file.opening import transaction
from ingest.archive.names import IS_DATED
from ingest.archive.polls import Poll, delete_old_polls, record_poll
from ingest.archive.removals.looking import look_again
from ingest.archive.save import save
from ingest.archive.saving.outcome import Saved
from ingest.archive.saving.own_values import addresses_without, secret_pattern, text_without
from ingest.base.models import CleanFeed, DateOrder, Hints


@dataclass(frozen=True)
class Move:
    """The target of permanent redirects, and in how many polls in a row they led there."""

    to: str
    polls: int


@dataclass(frozen=True)
class PreviousPolls:
    """What earlier polls of a feed tell."""

    failures: int = 0  # in a row
    body_hash: str | None = None  # of the last document that a poll brought
    move: Move | None = None
    confirmed: int | None = None  # its row; None where it was not kept, as in an archive of before
    document: KnownDocument | None = None  # the feed's last, however it came
    needs_bytes: bool = False  # of this last, which are to be kept and are not there


@dataclass(frozen=True)
class Subscription:
    """A feed as it is polled. Times as in ingest.base.models."""

    id: int
    url: str
    name: str  # for messages
    state: str = "active"
    etag: str | None = None
    last_modified: str | None = None
    last_polled: str | None = None
    previous: PreviousPolls = field(default_factory=PreviousPolls)
    allow_private: bool = False
    date_order: DateOrder | None = None  # in which its documents were read
    secret: str | None = field(default=None, repr=False)  # a reference: "env:NAME" or "file:PATH"

    @property
    def only_imported(self) -> bool:
        """Whether it was imported and never followed: it is paused, and was never polled."""
        return self.state == "paused" and self.last_polled is None


_SELECT = """
SELECT id, url, coalesce(title, url) AS name, state, etag, last_modified, last_polled, failures, body_hash,
    moving_to, moving_polls, allow_private, date_order, secret,
    (
        SELECT documents.id FROM documents WHERE +feed = feeds.id AND sha256 = body_hash
        ORDER BY at DESC, documents.id DESC LIMIT 1
    ) AS confirmed
FROM feeds
"""


def subscription(db: Database, feed_id: int) -> Subscription | None:
    return next((_subscription(row) for row in db.query(_SELECT + "WHERE id = ?", [feed_id])), None)


def subscription_to_poll(db: Database, feed_id: int, now: str) -> Subscription | None:
    """The same, with the feed's last document until `now`."""
    feed = subscription(db, feed_id)
    if feed is None:
        return None
    last, confirmed = last_document(db, feed_id, now), feed.previous.confirmed
    if confirmed and needs_bytes(db, confirmed):
        confirmed = None  # so that its bytes are asked for
    lacks = last is not None and needs_bytes(db, last.id)
    return replace(
        feed, previous=replace(feed.previous, document=last, confirmed=confirmed, needs_bytes=lacks)
    )


def subscriptions(db: Database, ids: Sequence[int]) -> list[Subscription]:
    """The feeds with these ids, by id."""
    query = _SELECT + "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"  # noqa: S608
    rows = db.query(query, [json.dumps(list(ids))])
    return [_subscription(row) for row in rows]


def due(db: Database, now: str | None = None) -> list[Subscription]:
    """The active feeds that are due at `now`, the longest overdue first; without `now` all active feeds."""
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
    """When the next active feed is due; None where none is scheduled."""
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
        previous=PreviousPolls(row["failures"], row["body_hash"], move, row["confirmed"]),
        allow_private=bool(row["allow_private"]),
        date_order=row["date_order"],
        secret=row["secret"],
    )


@dataclass(frozen=True)
class PollRecord:
    """What is to be written of a poll."""

    poll: Poll
    clean_feed: CleanFeed | None = (
        None  # what was read in a document; None where none was to be read, or could be
    )
    document: PackedDocument | int | None = None  # to be kept, or the row of the one that came again
    again: int | None = None  # that row too, where its bytes are to be kept
    hub_url: str | None = None  # of the Link header, which takes precedence over the document's (WebSub, 4)
    self_url: str | None = None
    gone: bool = False  # for good: polling stops
    move: Move | None = None
    public: bool = False  # received from a public address: from now on it may not be in a private network
    secrets: Sequence[str] = field(default=(), repr=False)  # with which it was asked for: none is stored


def record(db: Database, feed: Subscription, polled: PollRecord, now: str) -> Saved:
    """Write a poll and its document, in one transaction."""
    if secrets := secret_pattern(polled.secrets):
        polled = _without_secrets(polled, secrets)
    with transaction(db):
        document = polled.document and known_or_new(db, feed.id, polled.document)
        if polled.clean_feed:
            saved = save(
                db,
                polled.clean_feed,
                url=feed.url,
                now=now,
                poll=polled.poll,
                document=document,
                secrets=polled.secrets,
            )
            _save_hints(db, feed.id, polled.clean_feed)
        else:
            saved = Saved(feed.id)
            if document and polled.poll.error:
                document = keep_unreadable(db, feed.id, document, polled.poll.error)
            if isinstance(document, PackedDocument):  # it came again, and another came meanwhile
                document = polled.again
            if not (polled.gone or polled.poll.error or polled.poll.held):  # 304, or the same bytes
                saved = replace(saved, removed=look_again(db, feed.id, now))
            record_poll(db, feed.id, polled.poll, now, removed=saved.removed, document=document)
        _save_state(db, feed.id, polled, now)
        delete_old_polls(db, feed.id)
    return saved


def _without_secrets(polled: PollRecord, secrets: re.Pattern[str]) -> PollRecord:
    """A feed may give addresses that repeat what it was asked with."""
    return replace(
        polled,
        clean_feed=polled.clean_feed and addresses_without(polled.clean_feed, secrets),
        hub_url=text_without(polled.hub_url, secrets),
        self_url=text_without(polled.self_url, secrets),
    )


def _save_hints(db: Database, feed_id: int, document: CleanFeed) -> None:
    """Save what a document says about polling: its window, hints, hub and own address."""
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


def _save_state(db: Database, feed_id: int, polled: PollRecord, now: str) -> None:
    """Save what the response says about the feed's state and addresses."""
    db.execute(
        """
        UPDATE feeds SET
            state = CASE WHEN :gone THEN 'gone' ELSE state END,
            failing_since = CASE WHEN failures = 0 THEN NULL ELSE coalesce(failing_since, :now) END,
            moving_to = :to, moving_polls = :polls,
            hub_url = coalesce(:hub_url, hub_url), self_url = coalesce(:self_url, self_url),
            allow_private = CASE WHEN :public THEN 0 ELSE allow_private END
        WHERE id = :id
        """,
        {
            "gone": polled.gone,
            "now": now,
            "to": polled.move.to if polled.move else None,
            "polls": polled.move.polls if polled.move else 0,
            "hub_url": polled.hub_url,
            "self_url": polled.self_url,
            "public": polled.public,
            "id": feed_id,
        },
    )


@dataclass(frozen=True)
class Publishing:
    """How a feed publishes, by its stored entries. Times are as in ingest.base.models."""

    added: str
    window: int  # entries in its last document
    hints: Hints
    entries: Sequence[tuple[str, str]]  # date (of undated ones first_seen) and first_seen of the latest


def publishing(db: Database, feed_id: int, latest: int) -> Publishing:
    """How a feed publishes, with so many of its `latest` entries."""
    [(added, window, hints)] = db.execute(
        "SELECT added, window, hints FROM feeds WHERE id = ?", (feed_id,)
    ).fetchall()
    entries = db.execute(
        f"""
        SELECT iif({IS_DATED}, date, first_seen), first_seen FROM entries
        WHERE feed = ? ORDER BY date DESC LIMIT ?
        """,  # noqa: S608
        (feed_id, latest),
    )
    return Publishing(added, window, _hints(hints), entries.fetchall())


def _hints(stored: str | None) -> Hints:
    if not stored:
        return Hints()
    values = json.loads(stored)
    return Hints(values["ttl"], values["period"], tuple(values["skip_hours"]), tuple(values["skip_days"]))


def feed_state(db: Database, feed_id: int) -> str:
    [(state,)] = db.execute("SELECT state FROM feeds WHERE id = ?", (feed_id,)).fetchall()
    return str(state)


def schedule(db: Database, feed_id: int, at: str | None, why: str | None) -> None:
    """Set when a feed is polled next (None: never), and the sentence on why."""
    with transaction(db):
        db.execute("UPDATE feeds SET next_poll = ?, schedule = ? WHERE id = ?", (at, why, feed_id))


def record_failure(db: Database, feed_id: int, error: str, now: str, next_poll: str, why: str) -> None:
    """Record a failed poll with the message `error`, and when the next is."""
    with transaction(db):
        record_poll(db, feed_id, Poll(error=error), now)
        db.execute(
            """
            UPDATE feeds SET next_poll = ?, schedule = ?, failing_since = coalesce(failing_since, ?)
            WHERE id = ?
            """,
            (next_poll, why, now, feed_id),
        )
