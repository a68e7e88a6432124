"""WebSub (W3C Recommendation, 2018): a feed's hub is asked to say when there is something new, and is believed only
where it proves to be that hub.

The key from which each subscription's address and secret follow is in a file beside the archive, not in it: an
archive is made to be read by others.
"""

import asyncio
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.file.opening import transaction
from ingest.archive.file.writer import Writer
from ingest.archive.save import Saved, save
from ingest.base.clock import timestamp
from ingest.base.models import CleanFeed
from ingest.base.urls import url_host
from ingest.fetch.client import Fetcher
from ingest.fetch.messages import FetchError, Request
from ingest.fetch.rate_limits import registrable_domain

LEASE = 10 * 24 * 3600  # seconds, that are asked for
LONGEST_LEASE = 30 * 24 * 3600  # that are believed
ASK_AGAIN = timedelta(hours=6)  # after a hub did not confirm
RENEW_BEFORE = timedelta(days=1)
PROVIDERS_AT_ONCE = 4
REFUSED = "Its address leads into a private network, where a hub may be only if its feed is there too."
_DIGESTS = ("sha256", "sha512", "sha384", "sha1")


@dataclass(frozen=True)
class Hub:
    """A feed's hub as it is to be asked."""

    feed: int
    hub: str
    topic: str
    nonce: str  # of the subscription: another hub, or another topic, has another
    allow_private: bool = False


def to_ask(db: Database, moment: datetime) -> list[Hub]:
    """The hubs of active feeds that were not asked yet, or whose promise runs out. `moment` is aware.

    A stranger's feed leads no request into one's own network: a hub may be there only where the feed itself is.
    """
    rows = db.query(
        """
        WITH named AS (
            SELECT id, hub_url AS hub, coalesce(self_url, url) AS topic,
                allow_private
            FROM feeds WHERE state = 'active' AND hub_url IS NOT NULL
        )
        SELECT id, named.hub, named.topic, allow_private,
            CASE WHEN hubs.hub = named.hub AND hubs.topic = named.topic THEN nonce END AS nonce
        FROM named LEFT JOIN hubs ON hubs.feed = id
        WHERE hubs.feed IS NULL OR hubs.hub != named.hub OR hubs.topic != named.topic
            OR (asked < :patience AND coalesce(lease_until, '') < :soon)
        """,
        {"patience": timestamp(moment - ASK_AGAIN), "soon": timestamp(moment + RENEW_BEFORE)},
    )
    return [
        Hub(
            row["id"],
            str(row["hub"]),
            str(row["topic"]),
            row["nonce"] or secrets.token_hex(16),
            bool(row["allow_private"]),
        )
        for row in rows
    ]


def note_asked(db: Database, hub: Hub, moment: datetime) -> None:
    """Before it is asked: it may confirm before its answer is here."""
    with transaction(db):
        db.execute(
            """
            INSERT INTO hubs (feed, hub, topic, nonce, asked) VALUES (:feed, :hub, :topic, :nonce, :now)
            ON CONFLICT (feed) DO UPDATE SET
                hub = :hub, topic = :topic, nonce = :nonce, asked = :now, error = NULL,
                lease_until = CASE WHEN nonce = :nonce THEN lease_until END
            """,
            {
                "feed": hub.feed,
                "hub": hub.hub,
                "topic": hub.topic,
                "nonce": hub.nonce,
                "now": timestamp(moment),
            },
        )


async def ask_hub(fetcher: Fetcher, hub: Hub, public_url: str, key: bytes) -> str | None:
    """Ask a hub to push to us (5.1). What went wrong, for people; None where it took the request."""
    form = {
        "hub.callback": f"{public_url.rstrip('/')}/-/websub/{token_of(key, hub)}",
        "hub.mode": "subscribe",
        "hub.topic": hub.topic,
        "hub.lease_seconds": str(LEASE),
        "hub.secret": secret_of(key, hub),
    }
    try:
        answer = await fetcher.post(Request(hub.hub, allow_private=hub.allow_private), form)
    except FetchError as error:
        return REFUSED if error.kind == "refused" else str(error)
    return None if 200 <= answer.status < 300 else f"The hub answered with status {answer.status}."


def asked_for(db: Database, key: bytes, token: str) -> Hub | None:
    """The subscription that a hub was given this part of the callback's address for, as long as it is the feed's."""
    number = token.partition("-")[0]
    if not re.fullmatch("[0-9]{1,15}", number) or not token.isascii():
        return None
    row = db.execute("SELECT feed, hub, topic, nonce FROM hubs WHERE feed = ?", (int(number),)).fetchone()
    hub = Hub(*row) if row else None
    return hub if hub and hmac.compare_digest(token, token_of(key, hub)) else None


def confirmed(db: Database, hub: Hub, topic: str, lease_seconds: str, moment: datetime) -> bool:
    """Whether we did ask for this (5.3); if so, the lease is noted."""
    lease = (
        int(lease_seconds)
        if lease_seconds.isascii() and lease_seconds.isdigit() and len(lease_seconds) < 10
        else LEASE
    )
    until = timestamp(moment + timedelta(seconds=min(lease, LONGEST_LEASE)))
    with transaction(db):
        cursor = db.execute(
            "UPDATE hubs SET lease_until = ?, error = NULL WHERE feed = ? AND nonce = ? AND topic = ?",
            (until, hub.feed, hub.nonce, topic),
        )
    return cursor.rowcount == 1


def denied(db: Database, hub: Hub, reason: str) -> None:
    """The hub will not, or no longer (5.2)."""
    with transaction(db):
        db.execute(
            "UPDATE hubs SET lease_until = NULL, error = ? WHERE feed = ? AND nonce = ?",
            (f"The hub refused: {reason[:200]}", hub.feed, hub.nonce),
        )


def is_welcome(db: Database, hub: Hub, moment: datetime) -> bool:
    """Whether a push is taken: of an active feed that still names this hub, within its lease."""
    rows = db.execute(
        """
        SELECT 1 FROM hubs JOIN feeds ON feeds.id = hubs.feed
        WHERE feeds.id = ? AND state = 'active' AND hub_url = hub AND nonce = ? AND lease_until > ?
        """,
        (hub.feed, hub.nonce, timestamp(moment)),
    )
    return bool(rows.fetchall())


def pushed(db: Database, hub: Hub, document: CleanFeed, moment: datetime) -> Saved | None:
    """Save what a hub sent: it may be a part of the feed's document, so what it lacks is not gone.

    None where it is not, or no longer, welcome.
    """
    with transaction(db):
        if not is_welcome(db, hub, moment):
            return None
        [(url,)] = db.execute("SELECT url FROM feeds WHERE id = ?", (hub.feed,)).fetchall()
        saved = save(db, document, url=url, now=timestamp(moment))
        db.execute("UPDATE hubs SET last_push = ? WHERE feed = ?", (timestamp(moment), hub.feed))
    return saved


def unreadable(db: Database, hub: Hub, why: str) -> None:
    """A push that is no feed: the hub keeps its lease, and the reason is there to be seen."""
    with transaction(db):
        db.execute(
            "UPDATE hubs SET error = ? WHERE feed = ? AND nonce = ?",
            (f"What the hub sent could not be read: {why}", hub.feed, hub.nonce),
        )


def is_subscribed(db: Database, feed_id: int, moment: datetime) -> bool:
    """Whether the hub that the feed names will announce what is new."""
    rows = db.execute(
        """
        SELECT 1 FROM hubs JOIN feeds ON feeds.id = hubs.feed
        WHERE feeds.id = ? AND hub_url = hub AND lease_until > ?
        """,
        (feed_id, timestamp(moment)),
    )
    return bool(rows.fetchall())


def secret_of(key: bytes, hub: Hub) -> str:
    """What a feed's hub signs its pushes with."""
    return _derived(key, "secret", hub)


def token_of(key: bytes, hub: Hub) -> str:
    """The part of the callback's address that nobody but a feed's hub knows."""
    return f"{hub.feed}-{_derived(key, 'token', hub)[:40]}"


def _derived(key: bytes, what: str, hub: Hub) -> str:
    return hmac.new(key, f"{what} {hub.feed} {hub.nonce} {hub.hub}".encode(), "sha256").hexdigest()


def is_signed(key: bytes, hub: Hub, body: bytes, signature: str | None) -> bool:
    """Whether a push is from the hub (8): X-Hub-Signature is "method=digest"."""
    method, _, digest = (signature or "").strip().partition("=")
    if method.lower() not in _DIGESTS or not digest.isascii():
        return False
    ours = hmac.new(secret_of(key, hub).encode(), body, method.lower()).hexdigest()
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
    writer: Writer, fetcher: Fetcher, archive: Path, public_url: str, moment: datetime | None = None
) -> Sequence[str]:
    """Ask all hubs that are to be asked. What went wrong, for people.

    A provider is asked for one feed after the other, so that it has a turn left for polls. Where it fails, the others
    wait for the next time, so that a silent one does not hold up the rest.
    """
    moment = moment or datetime.now(UTC)
    key, free = key_of(archive), asyncio.Semaphore(PROVIDERS_AT_ONCE)
    providers: dict[str, list[Hub]] = {}
    for hub in await writer.read(lambda db: to_ask(db, moment)):
        providers.setdefault(registrable_domain(url_host(hub.hub)), []).append(hub)

    async def ask(hubs: Sequence[Hub]) -> str | None:
        async with free:
            for hub in hubs:
                await writer.write(partial(note_asked, hub=hub, moment=moment))
                if problem := await ask_hub(fetcher, hub, public_url, key):
                    await writer.write(partial(denied, hub=hub, reason=problem))
                    return f"{hub.hub}: {problem}"
        return None

    answers = await asyncio.gather(*map(ask, providers.values()), return_exceptions=True)
    for answer in answers:  # all are over: the first error of the archive's is raised
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if isinstance(answer, str)]
