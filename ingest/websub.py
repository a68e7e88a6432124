"""WebSub (W3C Recommendation, 2018): a feed's hub is asked to say when there is something new, and is believed only
where it proves to be that hub.

The key from which each subscription's address and secret follow is in a file beside the archive, not in it: an
archive is made to be read by others.
"""

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from ingest.archive import transaction
from ingest.clock import timestamp
from ingest.exchange import FetchError, Request
from ingest.fetch import Fetcher
from ingest.models import CleanFeed
from ingest.save import Saved, save

LEASE = 10 * 24 * 3600  # seconds, that are asked for
LONGEST_LEASE = 30 * 24 * 3600  # that are believed
ASK_AGAIN = timedelta(hours=6)  # after a hub did not confirm
RENEW_BEFORE = timedelta(days=1)
_DIGESTS = ("sha256", "sha512", "sha384", "sha1")


@dataclass(frozen=True)
class Hub:
    """A feed's hub as it is to be asked."""

    feed: int
    hub: str
    topic: str
    allow_private: bool = False


def to_ask(db: Database, moment: datetime) -> list[Hub]:
    """The hubs of active feeds that were not asked yet, or whose promise runs out. `moment` is aware."""
    rows = db.query(
        """
        SELECT feeds.id, feeds.hub_url, feeds.url, allow_private
        FROM feeds LEFT JOIN hubs ON hubs.feed = feeds.id
        WHERE state = 'active' AND hub_url IS NOT NULL AND (
            hubs.feed IS NULL OR hubs.hub != hub_url OR hubs.topic != feeds.url
            OR (asked < :patience AND coalesce(lease_until, '') < :soon)
        )
        """,
        {"patience": timestamp(moment - ASK_AGAIN), "soon": timestamp(moment + RENEW_BEFORE)},
    )
    return [Hub(row["id"], row["hub_url"], row["url"], bool(row["allow_private"])) for row in rows]


def note_asked(db: Database, hub: Hub, moment: datetime) -> None:
    """Before it is asked: it may confirm before its answer is here."""
    with transaction(db):
        db.execute(
            """
            INSERT INTO hubs (feed, hub, topic, asked) VALUES (:feed, :hub, :topic, :now)
            ON CONFLICT (feed) DO UPDATE SET hub = :hub, topic = :topic, asked = :now, error = NULL
            """,
            {"feed": hub.feed, "hub": hub.hub, "topic": hub.topic, "now": timestamp(moment)},
        )


async def ask_hub(fetcher: Fetcher, hub: Hub, public_url: str, key: bytes) -> str | None:
    """Ask a hub to push to us (5.1). What went wrong, for people; None where it took the request."""
    form = {
        "hub.callback": f"{public_url.rstrip('/')}/-/websub/{token_of(key, hub.feed)}",
        "hub.mode": "subscribe",
        "hub.topic": hub.topic,
        "hub.lease_seconds": str(LEASE),
        "hub.secret": secret_of(key, hub.feed),
    }
    try:
        answer = await fetcher.post(Request(hub.hub, allow_private=hub.allow_private), form)
    except FetchError as error:
        return str(error)
    return None if 200 <= answer.status < 300 else f"The hub answered with status {answer.status}."


def confirmed(db: Database, feed_id: int, topic: str, lease_seconds: str, moment: datetime) -> bool:
    """Whether we did ask for this (5.3); if so, the lease is noted."""
    lease = (
        int(lease_seconds)
        if lease_seconds.isascii() and lease_seconds.isdigit() and len(lease_seconds) < 10
        else LEASE
    )
    until = timestamp(moment + timedelta(seconds=min(lease, LONGEST_LEASE)))
    with transaction(db):
        cursor = db.execute(
            "UPDATE hubs SET lease_until = ?, error = NULL WHERE feed = ? AND topic = ?",
            (until, feed_id, topic),
        )
    return cursor.rowcount == 1


def denied(db: Database, feed_id: int, reason: str) -> None:
    """The hub will not, or no longer (5.2)."""
    with transaction(db):
        db.execute(
            "UPDATE hubs SET lease_until = NULL, error = ? WHERE feed = ?",
            (f"The hub refused: {reason[:200]}", feed_id),
        )


def pushed(db: Database, feed_id: int, document: CleanFeed, moment: datetime) -> Saved | None:
    """Save what a hub sent: it may be a part of the feed's document, so what it lacks is not gone. None for no feed."""
    row = db.execute("SELECT url FROM feeds WHERE id = ?", (feed_id,)).fetchone()
    if row is None:
        return None
    with transaction(db):
        saved = save(db, document, url=row[0], now=timestamp(moment))
        db.execute("UPDATE hubs SET last_push = ? WHERE feed = ?", (timestamp(moment), feed_id))
    return saved


def unreadable(db: Database, feed_id: int, why: str) -> None:
    """A push that is no feed: the hub keeps its lease, and the reason is there to be seen."""
    with transaction(db):
        db.execute(
            "UPDATE hubs SET error = ? WHERE feed = ?",
            (f"What the hub sent could not be read: {why}", feed_id),
        )


def is_subscribed(db: Database, feed_id: int, moment: datetime) -> bool:
    rows = db.execute("SELECT 1 FROM hubs WHERE feed = ? AND lease_until > ?", (feed_id, timestamp(moment)))
    return bool(rows.fetchall())


def secret_of(key: bytes, feed_id: int) -> str:
    """What a feed's hub signs its pushes with."""
    return hmac.new(key, f"secret {feed_id}".encode(), "sha256").hexdigest()


def token_of(key: bytes, feed_id: int) -> str:
    """The part of the callback's address that nobody but a feed's hub knows."""
    return f"{feed_id}-{hmac.new(key, f'token {feed_id}'.encode(), 'sha256').hexdigest()[:40]}"


def feed_of(key: bytes, token: str) -> int | None:
    """The feed whose hub's this token is."""
    number = token.partition("-")[0]
    if not re.fullmatch("[0-9]{1,15}", number) or not token.isascii():
        return None
    return int(number) if hmac.compare_digest(token, token_of(key, int(number))) else None


def is_signed(key: bytes, feed_id: int, body: bytes, signature: str | None) -> bool:
    """Whether a push is from the hub (8): X-Hub-Signature is "method=digest"."""
    method, _, digest = (signature or "").strip().partition("=")
    if method.lower() not in _DIGESTS or not digest.isascii():
        return False
    ours = hmac.new(secret_of(key, feed_id).encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(ours, digest.lower())


def key_of(archive: Path) -> bytes:
    """The key of an archive's subscriptions, made when it is first asked for, readable by its owner alone."""
    path = archive.with_name(archive.name + "-websub-key")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(32))
        try:
            path.hardlink_to(draft)  # so that of two processes that make one, both have the same
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_bytes()


async def ask_hubs(
    db: Database, fetcher: Fetcher, archive: Path, public_url: str, moment: datetime | None = None
) -> Sequence[str]:
    """Ask all hubs that are to be asked. What went wrong, for people."""
    problems = []
    for hub in to_ask(db, moment or datetime.now(UTC)):
        note_asked(db, hub, moment or datetime.now(UTC))
        if problem := await ask_hub(fetcher, hub, public_url, key_of(archive)):
            denied(db, hub.feed, problem)
            problems.append(f"{hub.hub}: {problem}")
    return problems
