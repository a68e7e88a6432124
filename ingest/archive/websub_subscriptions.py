"""What feeds' hubs were asked for, and what they promised (WebSub). Times are as in ingest.base.models."""

from dataclasses import dataclass

from sqlite_utils import Database

from ingest.archive.file.opening import transaction
from ingest.archive.save import Saved, save
from ingest.base.models import CleanFeed


@dataclass(frozen=True)
class Hub:
    """A feed's hub as it is to be asked."""

    feed: int
    hub: str
    topic: str
    nonce: (
        str  # of the subscription: another hub, or another topic, has another. Empty where there is none yet
    )
    allow_private: bool = False


def hubs_to_ask(db: Database, asked_before: str, lease_before: str) -> list[Hub]:
    """The hubs of active feeds that were not asked yet, or last before the one, with a lease until before the other.

    A feed leads no request into a private network: a hub may be there only where the feed itself is.
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
    """The hub that was asked for a feed, as it was asked."""
    row = db.execute("SELECT feed, hub, topic, nonce FROM hubs WHERE feed = ?", (feed_id,)).fetchone()
    return Hub(*row) if row else None


def is_subscribed(db: Database, feed_id: int, now: str) -> bool:
    """Whether the hub that the feed names will announce what is new."""
    rows = db.execute(
        """
        SELECT 1 FROM hubs JOIN feeds ON feeds.id = hubs.feed
        WHERE feeds.id = ? AND hub_url = hub AND lease_until > ?
        """,
        (feed_id, now),
    )
    return bool(rows.fetchall())


def may_push(db: Database, hub: Hub, now: str) -> bool:
    """Whether a push is taken: of an active feed that still names this hub, within its lease."""
    rows = db.execute(
        """
        SELECT 1 FROM hubs JOIN feeds ON feeds.id = hubs.feed
        WHERE feeds.id = ? AND state = 'active' AND hub_url = hub AND nonce = ? AND lease_until > ?
        """,
        (hub.feed, hub.nonce, now),
    )
    return bool(rows.fetchall())


def save_asked(db: Database, hub: Hub, now: str) -> None:
    """Before it is asked: it may confirm before its answer is here."""
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
    """The hub confirms a subscription to this topic; whether it is the one that was asked for."""
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


def save_hub_error(db: Database, hub: Hub, error: str) -> None:
    """What went wrong with a push, by which the hub does not lose its lease."""
    with transaction(db):
        db.execute(
            "UPDATE hubs SET error = ? WHERE feed = ? AND nonce = ?",
            (error, hub.feed, hub.nonce),
        )


def save_push(db: Database, hub: Hub, document: CleanFeed, now: str) -> Saved | None:
    """Save what a hub sent: it may be a part of the feed's document, so what it lacks is not gone.

    None where it may not push, or no longer.
    """
    with transaction(db):
        if not may_push(db, hub, now):
            return None
        [(url,)] = db.execute("SELECT url FROM feeds WHERE id = ?", (hub.feed,)).fetchall()
        saved = save(db, document, url=url, now=now)
        db.execute("UPDATE hubs SET last_push = ? WHERE feed = ?", (now, hub.feed))
    return saved
