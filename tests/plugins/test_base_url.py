"""Served under a path, by a proxy that takes the path away: redirects lead back beneath it."""

from pathlib import Path

import httpx
import pytest

from tests.plugins.serving import serve_as_the_command_does


@pytest.mark.parametrize("path", ["/archive/", "/archive/entries/?_size=1", "/feeds/archive/"])
async def test_a_redirect_stays_beneath_the_path(archive: Path, tmp_path: Path, path: str) -> None:
    site = await serve_as_the_command_does(archive, tmp_path, {}, {"base_url": "/feeds/"})
    transport = httpx.ASGITransport(app=site.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
        answer = await browser.get(path)
    asked = path.removeprefix("/feeds").replace("/?", "?").removesuffix("/")
    assert answer.headers["location"] == f"/feeds{asked}"


async def test_without_a_path_it_is_as_it_was(archive: Path, tmp_path: Path) -> None:
    site = await serve_as_the_command_does(archive, tmp_path, {})
    assert (await site.client.get("/archive/")).headers["location"] == "/archive"
