"""The setting base_url behind a proxy that strips it: redirects keep it."""

from pathlib import Path

import httpx2 as httpx
import pytest

from ingest.web.server.base_url import normalise_options, normalise_settings
from ingest.web.server.serve import datasette_arguments
from tests.plugins.serving import IS_OLD, serve_as_the_command_does


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


@pytest.mark.parametrize(
    ("told", "spelled"),
    [
        ("feeds", "/feeds/"),
        ("/a/b", "/a/b/"),
        ("/feeds/", "/feeds/"),
        ("/", "/"),
        ("", "/"),
        ("https://feeds.example/a", "https://feeds.example/a/"),
    ],
)
def test_it_gets_the_slashes_that_datasette_needs(told: str, spelled: str) -> None:
    options = ["--setting", "base_url", told, "--cors"]
    assert normalise_options(options) == ["--setting", "base_url", spelled, "--cors"]
    assert normalise_settings({"settings": {"base_url": told}}) == {"settings": {"base_url": spelled}}


@pytest.mark.skipif(not IS_OLD, reason="1.0 reads the file itself")
def test_a_path_of_a_file_is_handed_on_without_quotes(archive: Path, tmp_path: Path) -> None:
    arguments = datasette_arguments(archive, tmp_path, {"settings": {"base_url": "/feeds/"}})
    assert arguments[arguments.index("base_url") + 1] == "/feeds/"
