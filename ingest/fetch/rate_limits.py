"""Rate limits: how many requests are in flight, in all and for a domain, and waits by Retry-After.

The hosts of one registrable domain share a budget: a provider's thousand blogs are one set of machines. Retry-After
holds for its host alone, so that no blog can silence its provider's others.
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
    """The host asked to be left alone for another `seconds`: `until` as in ingest.base.models."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"held for {seconds:.0f} seconds")
        self.seconds = seconds
        self.until = timestamp(datetime.now(UTC) + timedelta(seconds=seconds))


def registrable_domain(host: str) -> str:
    """What one registers with a registry: "example.co.uk" of "blog.example.co.uk". An IP address is its own.

    Of the Public Suffix List only the registries' part counts: github.io is one provider, and so one domain here.
    The list is the package's own, of its release; nothing is fetched.
    """
    return host if ip_literal(host) else _suffixes().privatesuffix(host) or host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


def retry_after(value: str | None, now: datetime) -> int | None:
    """Seconds to wait after `now` (aware) by a Retry-After header, in either form of RFC 9110, 10.2.3.

    None where it says nothing that can be understood; never more than a week.
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
    interested: int = 0  # tasks that wait for a turn or have one
    next_start: float = field(default=0.0)  # monotonic seconds


class Budget:
    """Gives out turns: `total` at once in all, `per_domain` for a registrable domain, `pause` seconds between starts.

    A pause of a fifth of a second is five requests a second at most: less than one reader opening a page asks for,
    and a thousand feeds of one provider are still done in four minutes.
    """

    def __init__(self, total: int = 20, per_domain: int = 2, pause: float = 0.2) -> None:
        self._total = asyncio.Semaphore(total)
        self._per_domain = per_domain
        self._pause = pause
        self._domains: dict[str, _Domain] = {}
        self._held: dict[str, float] = {}  # hosts, until when (monotonic seconds)

    def hold(self, host: str, seconds: float) -> None:
        """Give out no turn for the host for so long."""
        self._held[host] = max(time.monotonic() + seconds, self._held.get(host, 0))

    def holds(self) -> dict[str, float]:
        """The hosts that are held, and for how many seconds more."""
        now = time.monotonic()
        return {host: until - now for host, until in self._held.items() if until > now}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """One request's turn with the host: waits for it, raises HostHeld where none is to be had."""
        name = registrable_domain(host)
        domain = self._domains.setdefault(name, _Domain(asyncio.Semaphore(self._per_domain)))
        domain.interested += 1
        try:
            async with domain.at_once:
                await self._start(domain, host)
                try:
                    yield
                finally:
                    self._total.release()
        finally:
            domain.interested -= 1
            if not domain.interested:
                asyncio.get_running_loop().call_later(self._pause, self._forget, name)

    async def _start(self, domain: _Domain, host: str) -> None:
        """Take one of the total, at a moment when the domain's pause is over: it must not wait for that holding one."""
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
        if name in self._domains and not self._domains[name].interested:
            del self._domains[name]
