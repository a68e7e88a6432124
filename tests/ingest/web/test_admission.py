"""Which requests are heavy, and how they queue for worker slots."""

import asyncio
import contextlib

import pytest

from ingest.web.admission import ServerBusy, WorkerSlot, WorkerSlots, is_heavy


@pytest.mark.parametrize(
    "path",
    "/archive /archive.json /archive/entries /archive/entries.csv /archive/entries/1 /archive.db /archive/-/query "
    "/search.csv /my~2Edb/t /graphql/archive /feed.json /_memory".split(),
)
def test_what_visitors_ask_of_a_database_is_heavy(path: str) -> None:
    databases = {"archive", "my~2Edb", "_memory"}
    assert is_heavy(path, "/", databases)
    assert is_heavy(f"/below/here{path}", "/below/here/", databases)
    assert is_heavy(path, "/below/here/", databases)  # the proxy took it off


@pytest.mark.parametrize(
    "path",
    "/ /sign-in /feed/1 /entry/1/history /author/1 /tag/science /search /search.json /search/suggest /health /manage "
    "/feeds.opml /static/page.css /-/static/app.css /-/login /-/versions.json".split(),
)
def test_our_own_pages_are_not(path: str) -> None:
    assert not is_heavy(path, "/", {"archive"})
    assert not is_heavy(f"/below/here{path}", "/below/here/", {"archive"})


def test_a_database_is_heavy_whatever_it_is_called() -> None:
    assert is_heavy("/search/entries", "/", {"search"})


async def test_so_many_have_a_place_so_many_wait_and_the_next_is_refused() -> None:
    slots = WorkerSlots(slots=1, queue_length=1)
    first, second, third = WorkerSlot(slots), WorkerSlot(slots), WorkerSlot(slots)
    await first.acquire()
    waiting = asyncio.create_task(second.acquire())
    await asyncio.sleep(0)
    with pytest.raises(ServerBusy):
        await third.acquire()
    first.release()
    await waiting
    second.release()
    await third.acquire()


async def test_who_waits_too_long_is_refused_and_leaves_nothing_behind() -> None:
    slots = WorkerSlots(slots=1)
    first = WorkerSlot(slots)
    await first.acquire()
    with pytest.raises(ServerBusy):
        await WorkerSlot(slots, timeout=0.01).acquire()
    first.release()
    await asyncio.wait_for(WorkerSlot(slots).acquire(), timeout=10)
    assert slots.queued == 0


async def test_who_gives_up_while_waiting_leaves_nothing_behind() -> None:
    slots = WorkerSlots(slots=1)
    first = WorkerSlot(slots)
    await first.acquire()
    second = WorkerSlot(slots)
    waiting = asyncio.create_task(second.acquire())
    await asyncio.sleep(0)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    second.release()
    first.release()
    third = WorkerSlot(slots)
    await asyncio.wait_for(third.acquire(), timeout=10)
    assert (slots.queued, third.is_started) == (0, True)


async def test_a_place_that_is_lent_is_another_s_until_that_one_leaves() -> None:
    slots = WorkerSlots(slots=1)
    first, second = WorkerSlot(slots), WorkerSlot(slots)
    await first.acquire()
    first.pause()
    await second.acquire()
    again = asyncio.create_task(first.resume())
    await asyncio.sleep(0)
    assert not again.done()
    second.release()
    await asyncio.wait_for(again, timeout=10)


async def test_more_are_begun_than_compute_but_not_any_number() -> None:
    slots = WorkerSlots(slots=1, started=2)
    for _ in range(2):
        slot = WorkerSlot(slots)
        await slot.acquire()
        slot.pause()
    with pytest.raises(ServerBusy):
        await WorkerSlot(slots, timeout=0.01).acquire()
