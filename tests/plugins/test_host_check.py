"""A served archive answers to its own names alone: a web site cannot read it by having its name lead to 127.0.0.1."""

from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from ingest.web.server.serve import Access, host_settings
from ingest.web.server.site_files import merged
from tests.plugins.serving import serve_as_the_command_does


async def served(
    archive: Path, folder: Path, bound: str, access: Access | None = None, **more: Any
) -> Datasette:
    own = more.get("own") or {}
    settings = host_settings(bound, access or Access(), more.get("options", []), own)
    return await serve_as_the_command_does(archive, folder, settings)


async def status(site: Datasette, host: str, path: str = "/archive/entries.json") -> int:
    return int((await site.client.get(path, headers={"host": host})).status_code)


async def test_a_name_that_was_made_to_lead_here_is_refused_and_named(archive: Path, tmp_path: Path) -> None:
    site = await served(archive, tmp_path, "127.0.0.1")
    for path in ("/", "/archive/entries.json", "/static/reading.css", "/-/login", "/nothing"):
        answer = await site.client.get(path, headers={"host": "evil.example:8001"})
        assert answer.status_code == 403
        assert "“evil.example:8001”" in answer.text and "--allow-host" in answer.text
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"


async def test_what_is_refused_is_shown_bounded_and_in_one_line(archive: Path, tmp_path: Path) -> None:
    site = await served(archive, tmp_path, "127.0.0.1")
    answer = await site.client.get("/", headers={"host": b"\x01<b>" + b"x" * 5000})
    assert answer.status_code == 403 and len(answer.text) < 500 and "\x01" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8001", "[::1]:8001", "LOCALHOST."])
async def test_this_machine_is_answered(archive: Path, tmp_path: Path, host: str) -> None:
    assert await status(await served(archive, tmp_path, "127.0.0.1"), host) == 200


@pytest.mark.parametrize(
    ("access", "more"),
    [
        (Access(hosts=["feeds.example"]), {}),
        (Access(public_url="https://feeds.example:444/feeds"), {}),
        (Access(), {"options": ["--setting", "base_url", "https://feeds.example/feeds/"]}),
        (Access(), {"own": {"settings": {"base_url": "https://feeds.example/"}}}),
        (Access(), {"own": {"plugins": {"feedsette": {"hosts": ["feeds.example"]}}}}),
    ],
)
async def test_the_name_it_is_reached_by_is_answered_where_it_is_told(
    archive: Path, tmp_path: Path, access: Access, more: dict[str, Any]
) -> None:
    site = await served(archive, tmp_path, "127.0.0.1", access, **more)
    assert (await status(site, "feeds.example"), await status(site, "evil.example")) == (200, 403)


async def test_a_path_as_base_url_names_no_host(archive: Path, tmp_path: Path) -> None:
    site = await served(archive, tmp_path, "127.0.0.1", options=["--setting", "base_url", "/feeds/"])
    assert await status(site, "feeds.example") == 403


@pytest.mark.parametrize(("bound", "options"), [("0.0.0.0", []), ("127.0.0.1", ["--uds", "/run/feeds"])])
async def test_where_others_reach_it_any_name_is_answered_unless_told(
    archive: Path, tmp_path: Path, bound: str, options: list[str]
) -> None:
    public = Access(public_url="https://feeds.example")
    assert await status(await served(archive, tmp_path, bound, public, options=options), "any.example") == 200
    told = await served(archive, tmp_path, bound, Access(hosts=["feeds.example"]), options=options)
    assert (await status(told, "any.example"), await status(told, "feeds.example")) == (403, 200)
    assert await status(told, "localhost") == 200


async def test_plain_datasette_answers_to_any_name_unless_told(archive: Path, tmp_path: Path) -> None:
    assert await status(await serve_as_the_command_does(archive, tmp_path, {}), "any.example") == 200
    own = {"plugins": {"feedsette": {"hosts": ["feeds.example"]}}}
    told = await serve_as_the_command_does(archive, tmp_path, own)
    assert (await status(told, "any.example"), await status(told, "Feeds.Example:443")) == (403, 200)


@pytest.mark.parametrize(
    ("access", "own"),
    [
        (Access(hosts=["*"]), {}),
        (Access(hosts=["*"]), {"plugins": {"feedsette": {"hosts": ["feeds.example"]}}}),
        (Access(), {"plugins": {"feedsette": {"hosts": ["*"]}}}),
    ],
)
async def test_an_asterisk_is_any_name(
    archive: Path, tmp_path: Path, access: Access, own: dict[str, Any]
) -> None:
    settings = merged(own, host_settings("127.0.0.1", access, [], own))
    site = await serve_as_the_command_does(archive, tmp_path, settings)
    assert await status(site, "whatever.example") == 200


async def test_it_is_so_too_where_datasette_alone_is_started(archive: Path, tmp_path: Path) -> None:
    site = await serve_as_the_command_does(archive, tmp_path, {"plugins": {"feedsette": {"hosts": ["*"]}}})
    assert await status(site, "whatever.example") == 200
