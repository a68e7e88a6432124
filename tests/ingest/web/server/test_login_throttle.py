"""The rate limit of sign-in attempts delays a guesser, and nobody else."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.server import login_throttle
from ingest.web.server.login_throttle import (
    FORGOTTEN,
    LONGEST,
    Attempts,
    Failures,
    TooManyAttempts,
    client_key,
    delay,
)


@given(st.integers(0, 10**9))
def test_the_delay_grows_to_five_seconds(failures: int) -> None:
    assert delay(0) == 0 < delay(1) < delay(2)
    assert 0 <= delay(failures) <= delay(failures + 1) <= LONGEST == 5
    assert delay(10) == LONGEST


def test_failures_are_of_a_client_and_forgotten_in_time_or_when_it_signs_in() -> None:
    failures = Failures()
    for moment in (0.0, 1.0):
        failures.add("a", moment)
    assert (failures.of("a", 2.0), failures.of("b", 2.0)) == (2, 0)
    assert failures.of("a", 1.0 + FORGOTTEN) == 0
    failures.forget("a")
    assert failures.of("a", 2.0) == 0


def test_the_failures_of_so_many_clients_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login_throttle, "MOST_CLIENTS", 3)
    failures = Failures()
    for client in "abcad":
        failures.add(client, 0.0)
    assert [failures.of(client, 0.0) for client in "abcd"] == [2, 0, 1, 1]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        (None, ""),
        ("testclient", ""),
    ],
)
def test_a_client_is_its_address_or_its_own_network(address: str | None, key: str) -> None:
    assert client_key(address) == key


class Checks:
    """What is checked, in its order. The first one takes until `go` is set."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.go = threading.Event()
        self.most_at_once = self._at_once = 0

    def of(self, name: str, found: str | None = None) -> Callable[[], str | None]:
        def check() -> str | None:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.order.append(name)
            self.go.wait(20)
            self._at_once -= 1
            return found

        return check


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    monkeypatch.setattr(login_throttle, "SHORTEST", 0.0)  # so that nobody waits here but for their turn
    return Checks()


async def started(attempt: asyncio.Task[str | None]) -> asyncio.Task[str | None]:
    for _ in range(10):  # until it waits for its turn
        await asyncio.sleep(0)
    return attempt


async def test_one_is_checked_at_a_time_and_who_failed_least_is_first(checks: Checks) -> None:
    at = Attempts()
    tasks = []
    for number, client in enumerate(["first", *["guesser"] * 3, "owner"]):
        check = at.check(client, checks.of(f"{client} {number}", "found"))
        tasks.append(await started(asyncio.create_task(check)))
    checks.go.set()
    await asyncio.gather(*tasks)
    assert checks.order == ["first 0", "guesser 1", "owner 4", "guesser 2", "guesser 3"]
    assert checks.most_at_once == 1


async def test_where_too_many_wait_one_of_those_who_failed_most_is_sent_away(
    checks: Checks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_throttle, "MOST_WAITING", 3)
    at = Attempts()
    guesses = [await started(asyncio.create_task(at.check("guesser", checks.of("guess")))) for _ in range(3)]
    with pytest.raises(TooManyAttempts):
        await at.check("guesser", checks.of("one more"))
    owner = await started(asyncio.create_task(at.check("owner", checks.of("owner", "found"))))
    checks.go.set()
    assert await owner == "found"
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert [isinstance(result, TooManyAttempts) for result in results] == [False, False, True]
    assert checks.order == ["guess", "owner", "guess"]


async def test_many_at_once_count_as_failures_until_they_are_right(checks: Checks) -> None:
    at = Attempts()
    guesses = [await started(asyncio.create_task(at.check("one", checks.of("guess")))) for _ in range(4)]
    assert at._failures.of("one", 0.0) == 4
    checks.go.set()
    await asyncio.gather(*guesses)
    assert await at.check("one", checks.of("right", "found")) == "found"
    assert at._failures.of("one", 0.0) == 0


async def test_who_goes_away_leaves_the_turn_to_the_next(checks: Checks) -> None:
    at = Attempts()
    first, second, third = [
        await started(asyncio.create_task(at.check(name, checks.of(name, "found")))) for name in "abc"
    ]
    second.cancel()
    first.cancel()
    await asyncio.wait([first, second])
    checks.go.set()
    assert await third == "found"
    assert checks.order == ["a", "c"] and checks.most_at_once == 1
