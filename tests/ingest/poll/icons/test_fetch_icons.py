"""Icons over a real socket on loopback."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest.archive.feed_changes.remove import remove_feed
from ingest.archive.file.opening import open_archive
from ingest.fetch.client import Fetcher
from ingest.poll.icons import fetch_icons as module
from ingest.poll.icons.fetch_icons import fetch_icons
from tests.ingest.poll.icons.test_image_type import PNG
from tests.server import Reply, Server

AT = "2024-01-01T00:00:00Z"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def archive(tmp_path: Path, server: Server) -> Path:
    with closing(open_archive(tmp_path / "archive.db", create=True)) as db:
        feed = {"id": 1, "url": server.url("/feed"), "added": AT, "state": "active", "last_polled": AT}
        db.table("feeds").insert({**feed, "allow_private": 1, "icon_url": server.url("/icon.png")})
    return tmp_path / "archive.db"


def change(archive: Path, table: str, **values: object) -> None:
    with closing(open_archive(archive)) as db:
        db.table(table).update(1, values)


def icons(archive: Path) -> list[dict[str, Any]]:
    with closing(open_archive(archive)) as db:
        return [dict(row) for row in db.query("SELECT feed, url, type, bytes FROM icons")]


async def run(archive: Path) -> int:
    async with Fetcher() as fetcher:
        return await fetch_icons(archive, fetcher)


def asked(server: Server) -> list[str]:
    return [request.path for request in server.requests]


async def test_the_icon_that_a_feed_names_is_kept(archive: Path, server: Server) -> None:
    url = server.on("/icon.png", Reply(body=PNG))
    assert await run(archive) == 1
    assert icons(archive) == [{"feed": 1, "url": url, "type": "image/png", "bytes": PNG}]
    assert asked(server) == ["/icon.png"]


async def test_the_sites_own_is_kept_where_what_the_feed_names_is_none(archive: Path, server: Server) -> None:
    server.on("/icon.png", Reply(body=b"<svg/>", headers={"Content-Type": "image/png"}))
    server.on("/favicon.ico", Reply(body=b"\x00\x00\x01\x00\x01\x00"))
    await run(archive)
    assert [icon["type"] for icon in icons(archive)] == ["image/x-icon"]


async def test_it_is_looked_for_once_in_some_weeks(archive: Path, server: Server) -> None:
    await run(archive)
    assert await run(archive) == 0
    assert asked(server) == ["/icon.png", "/favicon.ico"]
    change(archive, "icons", fetched=AT)
    assert await run(archive) == 1


async def test_one_that_is_gone_stays(archive: Path, server: Server) -> None:
    server.on("/icon.png", Reply(body=PNG))
    await run(archive)
    change(archive, "icons", fetched=AT)
    server.on("/icon.png", Reply(404))
    await run(archive)
    assert [icon["bytes"] for icon in icons(archive)] == [PNG]


async def test_one_in_a_private_network_is_refused(archive: Path, server: Server) -> None:
    change(archive, "feeds", allow_private=0)
    await run(archive)
    assert asked(server) == []
    assert [icon["bytes"] for icon in icons(archive)] == [None]


async def test_one_that_is_too_large_is_not_kept(archive: Path, server: Server) -> None:
    server.on("/icon.png", Reply(body=PNG + bytes(300_000)))
    await run(archive)
    assert [icon["bytes"] for icon in icons(archive)] == [None]


async def test_what_takes_too_long_is_left_to_the_next_run(
    archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_RUN", 0.1)
    server.on("/icon.png", Reply(body=PNG, seconds=0.5))
    assert await run(archive) == 0
    assert icons(archive) == []


@pytest.mark.parametrize("values", [{"state": "paused"}, {"failures": 1}, {"last_polled": None}])
async def test_a_feed_that_is_not_polled_or_fails_is_left_alone(
    archive: Path, server: Server, values: dict[str, object]
) -> None:
    change(archive, "feeds", **values)
    assert await run(archive) == 0
    assert asked(server) == []


async def test_an_icon_goes_with_its_feed(archive: Path, server: Server) -> None:
    server.on("/icon.png", Reply(body=PNG))
    await run(archive)
    with closing(open_archive(archive)) as db:
        list(remove_feed(db, 1))
    assert icons(archive) == []
