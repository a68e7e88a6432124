"""WebSub subscriptions: what was requested of feeds' hubs, and their leases. Times are as in ingest.base.models."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from ingest.archive.documents.again import known_or_new, needs_bytes
from ingest.archive.documents.keep import keep_unreadable
from ingest.archive.documents.known import KnownDocument, last_document
from ingest.archive.documents.warc.pack import PackedDocument
from ingest.archive.file.opening import transaction
from ingest.archive.save import save
from ingest.archive.saving.outcome import Saved
from ingest.base.models import CleanFeed, DateOrder


@dataclass(frozen=True)
class Hub:
    """A subscription of a feed at its hub."""

    feed: int
    hub: str
    topic: str
    nonce: str  # unique to feed, hub and topic; "" where there is no subscription yet
    allow_private: bool = False


def hubs_to_ask(db: Database, asked_before: str, lease_before: str) -> list[Hub]:
    """The subscriptions to request for active feeds: new ones, and those that were last requested before `asked_before`
    and whose lease ends before `lease_before`.

    A hub may be in a private network only where the feed is.
    """
    rows = db.execute(
        """
        WITH named AS (
            SELECT id, hub_url AS hub, coalesce(self_url, url) AS topic, allow_private
            FROM feeds WHERE state = 'active' AND hub_url IS NOT NULL
        )
        SELECT id, named.hub, named.topic,
            CASE WHEN hubs.hub = named.hub AND hubs.topic = named.topic THEN nonce END,
            allow_private
        FROM named LEFT JOIN hubs ON hubs.feed = id
        WHERE hubs.feed IS NULL OR hubs.hub != named.hub OR hubs.topic != named.topic
            OR (asked < ? AND coalesce(lease_until, '') < ?)
        """,
        (asked_before, lease_before),
    )
    return [
        Hub(feed, str(hub), str(topic), nonce or "", bool(private))
        for feed, hub, topic, nonce, private in rows
    ]


def find_hub(db: Database, feed_id: int) -> Hub | None:
    """The subscription that was last requested for a feed."""
    row = db.execute("SELECT feed, hub, topic, nonce FROM hubs WHERE feed = ?", (feed_id,)).fetchone()
    return Hub(*row) if row else None


def is_subscribed(db: Database, feed_id: int, now: str) -> bool:
    """Whether there is a lease at `now` with the hub that the feed names."""
    rows = db.execute(
        """
        SELECT 1 FROM hubs JOIN feeds ON feeds.id = hubs.feed
        WHERE feeds.id = ? AND hub_url = hub AND lease_until > ?
        """,
        (feed_id, now),
    )
    return bool(rows.fetchall())


def may_push(db: Database, hub: Hub, now: str) -> bool:
    """Whether a push is accepted: the feed is active and still names this hub, within its lease."""
    rows = db.execute(
        """
        SELECT 1 FROM hubs JOIN feeds ON feeds.id = hubs.feed
        WHERE feeds.id = ? AND state = 'active' AND hub_url = hub AND nonce = ? AND lease_until > ?
        """,
        (hub.feed, hub.nonce, now),
    )
    return bool(rows.fetchall())


def save_asked(db: Database, hub: Hub, now: str) -> None:
    """Save a subscription before it is requested: the hub may verify it before it responds."""
    with transaction(db):
        db.execute(
            """
            INSERT INTO hubs (feed, hub, topic, nonce, asked) VALUES (:feed, :hub, :topic, :nonce, :now)
            ON CONFLICT (feed) DO UPDATE SET
                hub = :hub, topic = :topic, nonce = :nonce, asked = :now, error = NULL,
                lease_until = CASE WHEN nonce = :nonce THEN lease_until END
            """,
            {"feed": hub.feed, "hub": hub.hub, "topic": hub.topic, "nonce": hub.nonce, "now": now},
        )


def save_lease(db: Database, hub: Hub, topic: str, until: str) -> bool:
    """Save the lease of a subscription that the hub verifies. Returns whether it is one that was requested."""
    with transaction(db):
        cursor = db.execute(
            "UPDATE hubs SET lease_until = ?, error = NULL WHERE feed = ? AND nonce = ? AND topic = ?",
            (until, hub.feed, hub.nonce, topic),
        )
    return cursor.rowcount == 1


def end_lease(db: Database, hub: Hub, error: str) -> None:
    with transaction(db):
        db.execute(
            "UPDATE hubs SET lease_until = NULL, error = ? WHERE feed = ? AND nonce = ?",
            (error, hub.feed, hub.nonce),
        )


@dataclass(frozen=True)
class PushedFeed:
    """The feed that a push is of. Times as in ingest.base.models."""

    url: str
    document: KnownDocument | None  # its last
    needs_bytes: bool = False  # of this last, which are to be kept and are not there
    date_order: DateOrder | None = None
    secret: str | None = field(default=None, repr=False)  # a reference, as in ingest.archive.subscriptions


def pushed_feed(db: Database, hub: Hub, now: str) -> PushedFeed | None:
    """The feed that a push at `now` is of; None where the push is not accepted (see `may_push`)."""
    if not may_push(db, hub, now):
        return None
    [(url, order, secret)] = db.execute(
        "SELECT url, date_order, secret FROM feeds WHERE id = ?", (hub.feed,)
    ).fetchall()
    last = last_document(db, hub.feed, now)
    return PushedFeed(str(url), last, last is not None and needs_bytes(db, last.id), order, secret)


def save_push(
    db: Database,
    hub: Hub,
    clean_feed: CleanFeed,
    document: PackedDocument | int,
    now: str,
    secrets: Sequence[str] = (),
) -> Saved | None:
    """Save a pushed document, which may have only a part of the feed's entries: none is marked as removed.

    `document` is kept, or is the row of one that has its bytes. `secrets` are the feed's password or token.
    Returns None where the push is not accepted.
    """
    with transaction(db):
        feed = pushed_feed(db, hub, now)
        if feed is None:
            return None
        kept = known_or_new(db, hub.feed, document)
        saved = save(db, clean_feed, url=feed.url, now=now, document=kept, secrets=secrets)
        _note_push(db, hub, now)
    return saved


def save_same_push(db: Database, hub: Hub, now: str, document: PackedDocument | int) -> None:
    """Save that a push brought what the feed had as its last document, which gets its bytes where it needs them."""
    with transaction(db):
        if may_push(db, hub, now):
            known_or_new(db, hub.feed, document)
            _note_push(db, hub, now)


def save_unreadable_push(
    db: Database, hub: Hub, document: PackedDocument | int | None, why: str, now: str
) -> None:
    """Save why a push could not be read, and keep it, unless `document` is None; the lease stays."""
    with transaction(db):
        if document and may_push(db, hub, now):
            error = f"{why[:1].upper()}{why[1:]}"
            keep_unreadable(db, hub.feed, known_or_new(db, hub.feed, document), error)
        db.execute(
            "UPDATE hubs SET error = ? WHERE feed = ? AND nonce = ?",
            (f"What the hub sent could not be read: {why}", hub.feed, hub.nonce),
        )


def _note_push(db: Database, hub: Hub, now: str) -> None:
    db.execute("UPDATE hubs SET last_push = ? WHERE feed = ?", (now, hub.feed))
