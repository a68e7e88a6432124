"""WebSub (W3C Recommendation, 2018): subscribe to feeds' hubs, which push new entries, and authenticate their pushes.

The callback URL and secret of each subscription are derived from a key (HMAC), which is in a file beside the archive:
the archive itself may be published.
"""

import asyncio
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.file.writer import Writer
from ingest.archive.websub_subscriptions import (
    Hub,
    end_lease,
    find_hub,
    hubs_to_ask,
    save_asked,
    save_lease,
)
from ingest.base.clock import timestamp
from ingest.base.urls import url_host
from ingest.fetch.client import Fetcher
from ingest.fetch.messages import FetchError, Request
from ingest.fetch.rate_limits import registrable_domain

LEASE = 10 * 24 * 3600  # seconds, that are requested
LONGEST_LEASE = 30 * 24 * 3600  # seconds; a longer one is cut
ASK_AGAIN = timedelta(hours=6)  # where a hub did not verify a request
RENEW_BEFORE = timedelta(days=1)
PROVIDERS_AT_ONCE = 4
REFUSED = "Its address leads into a private network, where a hub may be only if its feed is there too."
_DIGESTS = ("sha256", "sha512", "sha384", "sha1")


def _hubs_due(db: Database, moment: datetime) -> list[Hub]:
    """The subscriptions to request at `moment` (aware): new ones, with a new nonce, and those whose lease runs out."""
    hubs = hubs_to_ask(db, timestamp(moment - ASK_AGAIN), timestamp(moment + RENEW_BEFORE))
    return [hub if hub.nonce else replace(hub, nonce=secrets.token_hex(16)) for hub in hubs]


async def _ask_hub(fetcher: Fetcher, hub: Hub, public_url: str, key: bytes) -> str | None:
    """Send a subscription request (5.1). Returns what went wrong, for the user; None where the hub accepted it."""
    form = {
        "hub.callback": f"{public_url.rstrip('/')}/-/websub/{_token_of(key, hub)}",
        "hub.mode": "subscribe",
        "hub.topic": hub.topic,
        "hub.lease_seconds": str(LEASE),
        "hub.secret": _secret_of(key, hub),
    }
    try:
        answer = await fetcher.post(Request(hub.hub, allow_private=hub.allow_private), form)
    except FetchError as error:
        return REFUSED if error.kind == "refused" else str(error)
    return None if 200 <= answer.status < 300 else f"The hub answered with status {answer.status}."


def hub_of_token(db: Database, key: bytes, token: str) -> Hub | None:
    """The subscription with this token of the callback URL, compared in constant time; None where there is none."""
    number = token.partition("-")[0]
    if not re.fullmatch("[0-9]{1,15}", number) or not token.isascii():
        return None
    hub = find_hub(db, int(number))
    return hub if hub and hmac.compare_digest(token, _token_of(key, hub)) else None


def confirm(db: Database, hub: Hub, topic: str, lease_seconds: str, moment: datetime) -> bool:
    """Verify a hub's intent (5.3): whether the subscription was requested; if so, its lease is saved."""
    is_number = lease_seconds.isascii() and lease_seconds.isdigit() and len(lease_seconds) < 10
    lease = int(lease_seconds) if is_number else LEASE
    return save_lease(db, hub, topic, timestamp(moment + timedelta(seconds=min(lease, LONGEST_LEASE))))


def deny(db: Database, hub: Hub, reason: str) -> None:
    """Save that the hub denied or ended the subscription (5.2)."""
    end_lease(db, hub, f"The hub refused: {reason[:200]}")


def _secret_of(key: bytes, hub: Hub) -> str:
    """The hub.secret with which the hub signs its pushes."""
    return _derived(key, "secret", hub)


def _token_of(key: bytes, hub: Hub) -> str:
    """The part of the callback URL that only the feed's hub knows."""
    return f"{hub.feed}-{_derived(key, 'token', hub)[:40]}"


def _derived(key: bytes, what: str, hub: Hub) -> str:
    return hmac.new(key, f"{what} {hub.feed} {hub.nonce} {hub.hub}".encode(), "sha256").hexdigest()


def is_signed(key: bytes, hub: Hub, body: bytes, signature: str | None) -> bool:
    """Whether a push is signed by the hub (8). `signature` is its header X-Hub-Signature: "method=digest"."""
    method, _, digest = (signature or "").strip().partition("=")
    if method.lower() not in _DIGESTS or not digest.isascii():
        return False
    ours = hmac.new(_secret_of(key, hub).encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(ours, digest.lower())


def key_of(archive: Path) -> bytes:
    """The key of an archive's subscriptions, created on first use, with file mode 600."""
    path = archive.with_name(archive.name + "-websub-key")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(32))
        try:
            path.hardlink_to(draft)  # atomically, so that two processes get the same key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_bytes()


async def ask_hubs(
    writer: Writer, fetcher: Fetcher, archive: Path, public_url: str, moment: datetime | None = None
) -> Sequence[str]:
    """Request all subscriptions that are due. Returns what went wrong, for the user.

    Requests to one provider are sequential, which leaves some of its rate limit to polls. After the first that fails
    the rest of that provider's wait for the next time, so that an unresponsive one does not delay the others.
    """
    moment = moment or datetime.now(UTC)
    key, free = key_of(archive), asyncio.Semaphore(PROVIDERS_AT_ONCE)
    providers: dict[str, list[Hub]] = {}
    for hub in await writer.read(lambda db: _hubs_due(db, moment)):
        providers.setdefault(registrable_domain(url_host(hub.hub)), []).append(hub)

    async def ask(hubs: Sequence[Hub]) -> str | None:
        async with free:
            for hub in hubs:
                await writer.write(partial(save_asked, hub=hub, now=timestamp(moment)))
                if problem := await _ask_hub(fetcher, hub, public_url, key):
                    await writer.write(partial(deny, hub=hub, reason=problem))
                    return f"{hub.hub}: {problem}"
        return None

    answers = await asyncio.gather(*map(ask, providers.values()), return_exceptions=True)
    for answer in answers:  # when all have ended, the first error of the archive is raised
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if isinstance(answer, str)]
