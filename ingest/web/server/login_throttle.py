"""The rate limit of sign-in attempts: exponential backoff for each client that failed lately, and a priority queue.

One password at a time is verified, in a thread, clients with the fewest failures first: a guesser delays nobody else.
"""

import asyncio
import ipaddress
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

SHORTEST, LONGEST = 0.25, 5.0  # seconds that an attempt waits after failures
FORGOTTEN = 900.0  # seconds after its last attempt, when a client's failures are forgotten
MOST_CLIENTS = 10_000  # whose failures are counted
MOST_WAITING = 256  # attempts at once

_Result = TypeVar("_Result")


class TooManyAttempts(Exception):
    """The queue is full, and no attempt in it is of a client with more failures."""


def delay(failures: int) -> float:
    """Seconds that an attempt waits, by the recent failures of its client."""
    return min(LONGEST, SHORTEST * 2.0 ** min(failures - 1, 20)) if failures > 0 else 0.0


def client_key(address: str | None) -> str:
    """The key that failures are counted by: the IPv4 address, or the /64 network of an IPv6 address."""
    try:
        known = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


class Failures:
    """The recent failures of each client, by client_key; of the MOST_CLIENTS that tried last (LRU)."""

    def __init__(self) -> None:
        self._clients: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def of(self, client: str, now: float) -> int:
        failures, last = self._clients.get(client, (0, now))
        return failures if now - last < FORGOTTEN else 0

    def add(self, client: str, now: float) -> None:
        self._clients[client] = (self.of(client, now) + 1, now)
        self._clients.move_to_end(client)
        if len(self._clients) > MOST_CLIENTS:
            self._clients.popitem(last=False)

    def forget(self, client: str) -> None:
        self._clients.pop(client, None)


@dataclass(eq=False)
class _Attempt:
    """`turn` is done when it is this attempt's turn, or fails where it has none."""

    failures: int
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Attempts:
    """The sign-in attempts at one server."""

    def __init__(self) -> None:
        self._failures = Failures()
        self._here: list[_Attempt] = []  # in the order in which they came
        self._ready: list[_Attempt] = []  # those that have waited long enough
        self._current: _Attempt | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sign-in")

    async def check(self, client: str, verify: Callable[[], _Result | None]) -> _Result | None:
        """What `verify` returns, which is called in a thread: None where the attempt failed. Raises TooManyAttempts.

        `client` is of client_key. An attempt counts as failed from its start on, so that many at once gain nothing.
        """
        now = time.monotonic()
        failures = self._failures.of(client, now)
        self._failures.add(client, now)
        async with self._turn(failures):
            found = await asyncio.get_running_loop().run_in_executor(self._thread, verify)
        if found is not None:
            self._failures.forget(client)
        return found

    @asynccontextmanager
    async def _turn(self, failures: int) -> AsyncIterator[None]:
        attempt = _Attempt(failures)
        self._let_in(attempt)
        try:
            await asyncio.wait([attempt.turn], timeout=delay(failures))
            if not attempt.turn.done():
                self._ready.append(attempt)
                self._next()
            await attempt.turn
            yield
        finally:
            self._leave(attempt)

    def _let_in(self, attempt: _Attempt) -> None:
        """Queue an attempt. In a full queue the one with the most failures is evicted. Raises TooManyAttempts."""
        if len(self._here) >= MOST_WAITING:
            waiting = [other for other in self._here if not other.turn.done()]
            worst = max(waiting, key=lambda other: other.failures, default=attempt)
            if worst.failures <= attempt.failures:
                raise TooManyAttempts
            worst.turn.set_exception(TooManyAttempts())
            self._here.remove(worst)
        self._here.append(attempt)

    def _leave(self, attempt: _Attempt) -> None:
        for attempts in (self._here, self._ready):
            if attempt in attempts:
                attempts.remove(attempt)
        if self._current is attempt:
            self._current = None
            self._next()

    def _next(self) -> None:
        waiting = [attempt for attempt in self._ready if not attempt.turn.done()]
        if self._current is None and waiting:
            self._current = min(waiting, key=lambda attempt: attempt.failures)  # the first of several
            self._ready.remove(self._current)
            self._current.turn.set_result(None)
