import asyncio
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetch.rate_limits import LONGEST_WAIT, Budget, HostHeld, registrable_domain, retry_after
from tests.waiting import until_async

NOON = datetime(2025, 1, 30, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("blog.example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("someone.github.io", "github.io"),
        ("someone.blogspot.com", "blogspot.com"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_hosts_of_one_provider_are_one_domain(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Thu, 30 Jan 2025 12:10:00 GMT", 600),
        ("Thu, 30 Jan 2025 11:00:00 GMT", 0),
        ("Thu, 30 Jan 2035 12:00:00 GMT", LONGEST_WAIT),
        ("99999999999999999999", LONGEST_WAIT),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: int | None) -> None:
    assert retry_after(value, NOON) == seconds


@given(st.text())
def test_retry_after_is_understood_or_none(value: str) -> None:
    assert 0 <= (retry_after(value, NOON) or 0) <= LONGEST_WAIT


class Visits:
    """What happened at the hosts while it was visited."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.now = 0
        self.most = 0
        self.starts: list[float] = []

    async def visit(self, host: str) -> None:
        async with self.budget.turn(host):
            self.starts.append(time.monotonic())
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.01)
            self.now -= 1

    async def visit_all(self, *hosts: str) -> None:
        await asyncio.gather(*(self.visit(host) for host in hosts))


async def test_no_more_requests_are_in_flight_than_the_total() -> None:
    visits = Visits(Budget(total=3, pause=0))
    await visits.visit_all(*(f"host{n}.test" for n in range(12)))
    assert visits.most == 3


async def test_a_domain_has_two_at_once_whatever_its_hosts_are_called() -> None:
    visits = Visits(Budget(pause=0))
    await visits.visit_all(*(f"blog{n}.example.com" for n in range(8)))
    assert visits.most == 2


async def test_between_two_starts_at_a_domain_there_is_a_pause() -> None:
    visits = Visits(Budget(pause=0.05))
    await visits.visit_all("a.example.com", "b.example.com", "a.example.com")
    pauses = [after - before for before, after in zip(visits.starts, visits.starts[1:], strict=False)]
    assert min(pauses) >= 0.05


async def test_the_pause_is_kept_though_nobody_was_waiting() -> None:
    visits = Visits(Budget(pause=0.05))
    await visits.visit("example.com")
    await visits.visit("example.com")
    assert visits.starts[1] - visits.starts[0] >= 0.05


async def test_a_domain_that_waits_takes_no_place_from_the_others() -> None:
    visits = Visits(Budget(total=1, pause=60))
    await visits.visit("slow.test")
    waiting = asyncio.create_task(visits.visit("slow.test"))
    await asyncio.sleep(0)
    await visits.visit("other.test")
    waiting.cancel()


async def test_a_held_host_gets_no_turn_and_says_for_how_long() -> None:
    budget = Budget()
    budget.hold("example.com", 600)
    with pytest.raises(HostHeld) as held:
        async with budget.turn("example.com"):
            pass
    assert 590 < held.value.seconds <= 600


async def test_a_shorter_hold_does_not_end_a_longer_one() -> None:
    budget = Budget()
    budget.hold("example.com", 600)
    budget.hold("example.com", 1)
    with pytest.raises(HostHeld) as held:
        async with budget.turn("example.com"):
            pass
    assert held.value.seconds > 590


async def test_a_hold_reaches_those_who_wait_already() -> None:
    budget = Budget(per_domain=1, pause=0)
    async with budget.turn("example.com"):
        waiting = asyncio.create_task(Visits(budget).visit("example.com"))
        await asyncio.sleep(0)
        budget.hold("example.com", 600)
    with pytest.raises(HostHeld):
        await waiting


async def test_a_hold_is_the_hosts_alone_not_its_domains() -> None:
    budget = Budget(pause=0)
    budget.hold("one.example.com", 600)
    async with budget.turn("two.example.com"):
        pass


async def test_a_turn_that_is_given_up_goes_to_the_next() -> None:
    budget = Budget(total=1, per_domain=1, pause=0)
    async with budget.turn("example.com"):
        given_up = asyncio.create_task(Visits(budget).visit("example.com"))
        await asyncio.sleep(0)
        given_up.cancel()
    async with asyncio.timeout(5), budget.turn("example.com"):
        pass


async def test_domains_are_forgotten_once_nobody_wants_them() -> None:
    budget = Budget(pause=0)
    await Visits(budget).visit_all(*(f"host{n}.test" for n in range(50)))

    async def all_forgotten() -> bool:
        return not budget._domains

    await until_async(all_forgotten)
