"""Rate limits: concurrent requests in total and for each domain, pauses between them, and Retry-After.

The hosts of one registrable domain share a limit: a provider's thousand blogs are on the same machines. Retry-After
applies to its host alone, so that one blog cannot stop requests for the provider's others.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache

from publicsuffixlist import PublicSuffixList

from ingest.base.clock import timestamp
from ingest.fetch.private_networks import ip_literal

LONGEST_WAIT = 7 * 24 * 3600  # seconds


class HostHeld(Exception):
    """No request is allowed yet by Retry-After: for `seconds` more, `until` a time as in ingest.base.models."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"held for {seconds:.0f} seconds")
        self.seconds = seconds
        self.until = timestamp(datetime.now(UTC) + timedelta(seconds=seconds))


def registrable_domain(host: str) -> str:
    """The registrable domain of a host: "example.co.uk" of "blog.example.co.uk"; an IP address as it is.

    By the ICANN section of the Public Suffix List alone: github.io is one provider, and so one domain here. The list
    comes with the package; nothing is downloaded.
    """
    return host if ip_literal(host) else _suffixes().privatesuffix(host) or host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


def retry_after(value: str | None, now: datetime) -> int | None:
    """Seconds to wait after `now` (aware) by a Retry-After header, in either form of RFC 9110, 10.2.3.

    At most LONGEST_WAIT; None where it is malformed or missing.
    """
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
        wait = (moment.astimezone(now.tzinfo) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(round(wait), 0), LONGEST_WAIT)


@dataclass
class _Domain:
    at_once: asyncio.Semaphore
    users: int = 0  # tasks that wait for a turn or have one
    next_start: float = field(default=0.0)  # monotonic seconds


class Budget:
    """Concurrency limits, `total` and `per_domain`, and a `pause` in seconds between the starts of a domain's requests.

    The default pause allows five requests a second: fewer than a browser that opens a page makes, and enough for a
    thousand feeds of one provider in four minutes.
    """

    def __init__(self, total: int = 20, per_domain: int = 2, pause: float = 0.2) -> None:
        self._total = asyncio.Semaphore(total)
        self._per_domain = per_domain
        self._pause = pause
        self._domains: dict[str, _Domain] = {}
        self._held: dict[str, float] = {}  # host → until when (monotonic seconds)

    def hold(self, host: str, seconds: float) -> None:
        """Allow no request to the host for so long, or longer where that was said before."""
        self._held[host] = max(time.monotonic() + seconds, self._held.get(host, 0))

    def holds(self) -> dict[str, float]:
        """The hosts to which no request is allowed, and for how many seconds more."""
        now = time.monotonic()
        return {host: until - now for host, until in self._held.items() if until > now}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until a request to the host is allowed; it is counted until the block ends. Raises HostHeld."""
        name = registrable_domain(host)
        domain = self._domains.setdefault(name, _Domain(asyncio.Semaphore(self._per_domain)))
        domain.users += 1
        try:
            async with domain.at_once:
                await self._start(domain, host)
                try:
                    yield
                finally:
                    self._total.release()
        finally:
            domain.users -= 1
            if not domain.users:
                asyncio.get_running_loop().call_later(self._pause, self._forget, name)

    async def _start(self, domain: _Domain, host: str) -> None:
        """Acquire a slot of the total when the domain's pause is over, but hold none while waiting for that."""
        while True:
            self._check(host)
            await asyncio.sleep(max(domain.next_start - time.monotonic(), 0))
            await self._total.acquire()
            now = time.monotonic()
            if now >= domain.next_start and not self._is_held(host):
                domain.next_start = now + self._pause
                return
            self._total.release()

    def _is_held(self, host: str) -> bool:
        return self._held.get(host, 0) > time.monotonic()

    def _check(self, host: str) -> None:
        if self._is_held(host):
            raise HostHeld(self._held[host] - time.monotonic())
        self._held.pop(host, None)

    def _forget(self, name: str) -> None:
        if name in self._domains and not self._domains[name].users:
            del self._domains[name]
