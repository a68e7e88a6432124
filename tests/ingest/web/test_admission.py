"""Which questions are heavy, and who has a place for one."""

import asyncio
import contextlib

import pytest

from ingest.web.admission import Busy, Place, Places, is_heavy


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
    "/ /feed/1 /entry/1/history /author/1 /tag/science /search /search.json /search/suggest /health /manage "
    "/feeds.opml /static/page.css /-/static/app.css /-/login /-/versions.json".split(),
)
def test_our_own_pages_are_not(path: str) -> None:
    assert not is_heavy(path, "/", {"archive"})
    assert not is_heavy(f"/below/here{path}", "/below/here/", {"archive"})


def test_a_database_is_heavy_whatever_it_is_called() -> None:
    assert is_heavy("/search/entries", "/", {"search"})


async def test_so_many_have_a_place_so_many_wait_and_the_next_is_refused() -> None:
    places = Places(places=1, queue=1)
    first, second, third = Place(places), Place(places), Place(places)
    await first.begin()
    waiting = asyncio.create_task(second.begin())
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await third.begin()
    first.leave()
    await waiting
    second.leave()
    await third.begin()


async def test_who_waits_too_long_is_refused_and_leaves_nothing_behind() -> None:
    places = Places(places=1)
    first = Place(places)
    await first.begin()
    with pytest.raises(Busy):
        await Place(places, patience=0.01).begin()
    first.leave()
    await asyncio.wait_for(Place(places).begin(), timeout=10)
    assert places.queued == 0


async def test_who_gives_up_while_waiting_leaves_nothing_behind() -> None:
    places = Places(places=1)
    first = Place(places)
    await first.begin()
    second = Place(places)
    waiting = asyncio.create_task(second.begin())
    await asyncio.sleep(0)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    second.leave()
    first.leave()
    third = Place(places)
    await asyncio.wait_for(third.begin(), timeout=10)
    assert (places.queued, third.is_begun) == (0, True)


async def test_a_place_that_is_lent_is_another_s_until_that_one_leaves() -> None:
    places = Places(places=1)
    first, second = Place(places), Place(places)
    await first.begin()
    first.lend()
    await second.begin()
    again = asyncio.create_task(first.go_on())
    await asyncio.sleep(0)
    assert not again.done()
    second.leave()
    await asyncio.wait_for(again, timeout=10)


async def test_more_are_begun_than_compute_but_not_any_number() -> None:
    places = Places(places=1, begun=2)
    for _ in range(2):
        place = Place(places)
        await place.begin()
        place.lend()
    with pytest.raises(Busy):
        await Place(places, patience=0.01).begin()
