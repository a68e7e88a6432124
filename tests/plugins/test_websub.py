"""WebSub end to end: a hub on loopback, a feed that names it, and the archive."""

import asyncio
import hmac
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from datasette.app import Datasette

from ingest.archive.file.writer import Writer
from ingest.cli.commands import main
from ingest.fetch.client import Fetcher
from ingest.fetch.rate_limits import Budget
from ingest.poll.websub import ask_hubs, key_of
from tests.ingest.documents_written_here import item, rss
from tests.server import Asked, Reply, Server

ROOT = Path(__file__).parents[2]
PUBLIC = "https://archive.example.org"


class Hub:
    """What a hub knows of a subscription."""

    def __init__(self, server: Server, path: str = "/hub") -> None:
        self.form: dict[str, str] = {}
        server.on(path, self.take)

    def take(self, asked: Asked) -> Reply:
        self.form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        return Reply(202)

    @property
    def callback(self) -> str:
        return urlsplit(self.form["hub.callback"]).path

    def signed(self, body: bytes, method: str = "sha256") -> dict[str, str]:
        return {
            "x-hub-signature": f"{method}={hmac.new(self.form['hub.secret'].encode(), body, method).hexdigest()}"
        }


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def archive(tmp_path: Path, server: Server) -> Path:
    named = f'<atom:link rel="hub" href="{server.url("/hub")}"/>'
    server.on("/feed", Reply(body=rss(named, item("1"), url=server.url("/feed"))))
    path = tmp_path / "archive.db"
    result = CliRunner().invoke(main, ["add", str(path), "--allow-private", server.url("/feed")])
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture
async def hub(archive: Path, server: Server) -> Hub:
    hub = Hub(server)
    with Writer(archive) as writer:
        async with Fetcher(budget=Budget(pause=0)) as fetcher:
            assert await ask_hubs(writer, fetcher, archive, PUBLIC) == []
            assert await ask_hubs(writer, fetcher, archive, PUBLIC) == []  # it was asked just now
    assert len([asked for asked in server.requests if asked.path == "/hub"]) == 1
    return hub


@pytest.fixture
async def site(archive: Path) -> Datasette:
    site = Datasette([str(archive)], plugins_dir=str(ROOT / "plugins"), template_dir=str(ROOT / "templates"))
    await site.invoke_startup()
    return site


async def ask(archive: Path) -> None:
    with Writer(archive) as writer:
        async with Fetcher(budget=Budget(pause=0)) as fetcher:
            assert await ask_hubs(writer, fetcher, archive, PUBLIC) == []


async def update(archive: Path) -> None:
    command = [sys.executable, "-m", "ingest", "update", str(archive), "--all"]
    updating = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    assert await updating.wait() == 0


async def push(site: Datasette, hub: Hub, guid: str) -> None:
    body = rss(item(guid), url=None)
    response = await site.client.post(hub.callback, content=body, headers=hub.signed(body))
    assert response.status_code in (202, 404)


def write(archive: Path, statement: str) -> None:
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute(statement)


async def confirm(site: Datasette, hub: Hub, topic: str) -> tuple[int, str]:
    query = {
        "hub.mode": "subscribe",
        "hub.topic": topic,
        "hub.challenge": "c0ffee",
        "hub.lease_seconds": "86400",
    }
    response = await site.client.get(hub.callback, params=query)
    return response.status_code, response.text


def rows(archive: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(query).fetchall()


async def test_a_hub_is_asked_and_its_question_answered(
    site: Datasette, hub: Hub, archive: Path, server: Server
) -> None:
    assert hub.form["hub.topic"] == server.url("/feed")
    assert hub.form["hub.callback"].startswith(f"{PUBLIC}/-/websub/1-")
    assert await confirm(site, hub, server.url("/feed")) == (200, "c0ffee")
    [(lease,)] = rows(archive, "SELECT lease_until FROM hubs")
    assert str(lease) > datetime.now(UTC).isoformat()


async def test_what_was_not_asked_for_is_not_confirmed(site: Datasette, hub: Hub, archive: Path) -> None:
    assert (await confirm(site, hub, "https://example.org/other"))[0] == 404
    forged = await site.client.get("/-/websub/1-" + "0" * 40, params={"hub.mode": "subscribe"})
    assert forged.status_code == 404
    assert rows(archive, "SELECT lease_until FROM hubs") == [(None,)]


@pytest.mark.parametrize("method", ["sha256", "sha1"])
async def test_a_signed_push_is_saved_at_once(
    site: Datasette, hub: Hub, archive: Path, server: Server, method: str
) -> None:
    await confirm(site, hub, server.url("/feed"))
    body = rss(item("2"), url=None)
    response = await site.client.post(hub.callback, content=body, headers=hub.signed(body, method))
    assert response.status_code == 202
    assert rows(archive, "SELECT guid, removed FROM entries ORDER BY guid") == [("1", None), ("2", None)]


@pytest.mark.parametrize(
    "meanwhile",
    [
        "UPDATE hubs SET lease_until = NULL",
        "UPDATE hubs SET lease_until = '2020-01-01T00:00:00Z'",
        "UPDATE feeds SET state = 'paused'",
        "UPDATE feeds SET state = 'gone'",
        "UPDATE feeds SET hub_url = NULL",
        "UPDATE feeds SET hub_url = 'https://hub.example/'",
    ],
)
async def test_a_push_that_nobody_waits_for_is_let_go(
    site: Datasette, hub: Hub, archive: Path, server: Server, meanwhile: str
) -> None:
    await confirm(site, hub, server.url("/feed"))
    write(archive, meanwhile)
    await push(site, hub, "2")
    assert rows(archive, "SELECT guid FROM entries") == [("1",)]


async def test_a_former_hub_can_neither_push_nor_confirm_nor_refuse(
    site: Datasette, hub: Hub, archive: Path, server: Server
) -> None:
    await confirm(site, hub, server.url("/feed"))
    other = Hub(server, "/other")
    write(archive, "UPDATE feeds SET hub_url = replace(hub_url, '/hub', '/other')")
    await ask(archive)
    assert rows(archive, "SELECT hub, lease_until FROM hubs") == [(server.url("/other"), None)]
    assert other.form["hub.secret"] != hub.form["hub.secret"]
    assert (await confirm(site, hub, server.url("/feed")))[0] == 404
    assert (await confirm(site, other, server.url("/feed")))[0] == 200
    await site.client.get(hub.callback, params={"hub.mode": "denied"})
    await push(site, hub, "2")
    await push(site, other, "3")
    assert rows(archive, "SELECT guid FROM entries ORDER BY guid") == [("1",), ("3",)]


async def test_a_push_that_is_not_signed_as_agreed_is_let_go(
    site: Datasette, hub: Hub, archive: Path, server: Server
) -> None:
    await confirm(site, hub, server.url("/feed"))
    body = rss(item("2"), url=None)
    for headers in (
        {},
        hub.signed(b"another"),
        {"x-hub-signature": "md5=0"},
        {"x-hub-signature": "sha256=é"},
    ):
        encoded = {name: value.encode() for name, value in headers.items()}
        response = await site.client.post(hub.callback, content=body, headers=encoded)
        assert response.status_code == 202
    assert rows(archive, "SELECT guid FROM entries") == [("1",)]


IN_HEADER = '<{hub}>; rel="hub", <https://feeds.example/own>; rel="self"'
IN_DOCUMENT = '<atom:link rel="hub" href="{hub}"/>'


@pytest.mark.parametrize(
    ("header", "links", "own"),
    [(IN_HEADER, "", "https://feeds.example/other"), ("", IN_DOCUMENT, "https://feeds.example/own")],
    ids=["header", "document"],
)
async def test_a_hub_is_asked_for_what_the_header_or_else_the_document_calls_the_feed(
    archive: Path, server: Server, header: str, links: str, own: str
) -> None:
    hub = server.url("/other")
    headers = {"Link": header.format(hub=hub)} if header else {}
    server.on("/feed", Reply(headers=headers, body=rss(links.format(hub=hub), item("1"), url=own)))
    await update(archive)
    other = Hub(server, "/other")
    await ask(archive)
    assert other.form["hub.topic"] == "https://feeds.example/own"


async def test_a_header_names_the_hub_of_a_document_that_is_known_already(
    archive: Path, server: Server
) -> None:
    server.on("/feed", Reply(304, headers={"Link": f'<{server.url("/other")}>; rel="hub"'}))
    await update(archive)
    assert rows(archive, "SELECT hub_url FROM feeds") == [(server.url("/other"),)]


async def test_a_hub_on_ones_own_network_is_not_asked_for_a_feed_that_is_not(
    archive: Path, server: Server
) -> None:
    write(archive, "UPDATE feeds SET allow_private = 0")
    other = Hub(server)
    with Writer(archive) as writer:
        async with Fetcher(budget=Budget(pause=0)) as fetcher:
            [problem] = await ask_hubs(writer, fetcher, archive, PUBLIC)
    assert other.form == {}
    assert "only if its feed is there too" in problem
    assert "--allow-private" not in problem


async def test_a_refusal_is_noted(site: Datasette, hub: Hub, archive: Path) -> None:
    await site.client.get(hub.callback, params={"hub.mode": "denied", "hub.reason": "no more room"})
    assert rows(archive, "SELECT error FROM hubs") == [("The hub refused: no more room",)]


async def test_polling_goes_on_less_often(site: Datasette, hub: Hub, archive: Path, server: Server) -> None:
    await confirm(site, hub, server.url("/feed"))
    await update(archive)
    [(schedule,)] = rows(archive, "SELECT schedule FROM feeds")
    assert "its hub announces what is new" in str(schedule)


async def test_a_promise_that_runs_out_is_renewed(
    site: Datasette, hub: Hub, archive: Path, server: Server
) -> None:
    write(archive, "UPDATE hubs SET asked = '2020-01-01T00:00:00Z', lease_until = '2020-01-11T00:00:00Z'")
    form = hub.form
    await ask(archive)
    assert len([asked for asked in server.requests if asked.path == "/hub"]) == 2
    assert hub.form == form  # so that what it sends meanwhile is believed


def test_the_key_is_no_part_of_the_archive_and_for_its_owner_alone(archive: Path) -> None:
    key = key_of(archive)
    assert key == key_of(archive)
    assert archive.with_name("archive.db-websub-key").stat().st_mode & 0o077 == 0
    assert key not in archive.read_bytes()


async def test_a_push_in_chunks_is_saved_up_to_a_limit(
    site: Datasette, hub: Hub, archive: Path, server: Server
) -> None:
    await confirm(site, hub, server.url("/feed"))
    body = rss(item("2"), url=None)

    async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    sent = await site.client.post(
        hub.callback, content=pieces(body[:99], body[99:]), headers=hub.signed(body)
    )
    assert sent.status_code == 202
    assert rows(archive, "SELECT guid FROM entries ORDER BY guid") == [("1",), ("2",)]
    endless = await site.client.post(hub.callback, content=pieces(*[b"x" * 1_000_000] * 33))
    assert endless.status_code == 413


async def test_while_the_archive_cannot_be_written_to_a_hub_is_asked_to_try_again(
    site: Datasette, hub: Hub, archive: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await confirm(site, hub, server.url("/feed"))
    for module in ("opening", "write_lock"):
        monkeypatch.setattr(f"ingest.archive.file.{module}.BUSY_SECONDS", 0.1)
    body = rss(item("2"), url=None)
    with closing(sqlite3.connect(archive)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = await site.client.post(hub.callback, content=body, headers=hub.signed(body))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert str(archive) not in answer.text
    await push(site, hub, "2")
    assert rows(archive, "SELECT guid FROM entries ORDER BY guid") == [("1",), ("2",)]


async def test_a_push_that_is_no_feed_is_noted(
    site: Datasette, hub: Hub, archive: Path, server: Server
) -> None:
    await confirm(site, hub, server.url("/feed"))
    body = b"<html>Hello</html>"
    response = await site.client.post(hub.callback, content=body, headers=hub.signed(body))
    assert response.status_code == 202
    [(error,)] = rows(archive, "SELECT error FROM hubs")
    assert "it is an HTML page" in str(error)
