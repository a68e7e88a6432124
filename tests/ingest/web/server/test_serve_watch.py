"""`feedsette serve --watch` as it is run: a server, its watcher, and a hub, all over sockets."""

import hmac
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import httpx2 as httpx
import pytest

from ingest.archive.file.opening import open_archive
from ingest.follow.follow import follow
from tests.ingest.documents_written_here import item, rss
from tests.ports import free_port
from tests.server import Asked, Reply, Server
from tests.waiting import LONGEST, until

ROOT = Path(__file__).parents[4]
# In each process that is begun; the command itself has no option for it.
HUBS_ARE_ASKED_OFTEN = "from ingest.poll import watch; watch.HUBS_EVERY = 0.5"


@dataclass
class Served:
    """An archive that is served and watched."""

    archive: Path
    process: subprocess.Popen[str]
    url: str

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.archive, timeout=20)) as connection:
            return connection.execute(query).fetchall()

    def processes(self) -> dict[int, str]:
        """Those of its process group that live, with their commands."""
        command = ["ps", "-eo", "pid=,pgid=,stat=,args="]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        parts = [line.split(None, 3) for line in lines]
        return {
            int(pid): arguments
            for pid, group, state, arguments in parts
            if int(group) == self.process.pid and not state.startswith("Z")
        }

    def watchers(self) -> set[int]:
        """The children of the server that watch; theirs look like them until they run what they are for."""
        command = ["ps", "-o", "pid=,stat=,args=", "--ppid", str(self.process.pid)]
        lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
        parts = [line.split(None, 2) for line in lines]
        return {
            int(pid)
            for pid, state, arguments in parts
            if " watch " in arguments and not state.startswith("Z")
        }

    def only_watcher(self) -> int:
        """Once there is one."""
        until(lambda: len(self.watchers()) == 1)
        [watcher] = self.watchers()
        return watcher


@pytest.fixture
def serve(tmp_path: Path, server: Server) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []
    archive = tmp_path / "archive.db"

    def serve(*options: str, public: bool = False) -> Served:
        (tmp_path / "sitecustomize.py").write_text(HUBS_ARE_ASKED_OFTEN if public else "")
        with closing(open_archive(archive, create=True)) as db:
            follow(db, server.url("/feed"), "2020-01-01T00:00:00Z", allow_private=True)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "ingest", "serve", str(archive), "--watch", "--port", str(port)]
        process = subprocess.Popen(
            [*command, *(["--public-url", url] if public else []), *options],
            stdout=subprocess.DEVNULL,
            stderr=(tmp_path / "stderr").open("w"),
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
            start_new_session=True,
        )
        started.append(Served(archive, process, url))
        return started[-1]

    yield serve
    for served in started:
        for pid in served.processes():
            os.kill(pid, signal.SIGKILL)
        served.process.wait(timeout=LONGEST)


def answers(served: Served) -> bool:
    try:
        return httpx.get(served.url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_it_serves_and_polls_in_one_process_group_of_which_nothing_is_left_when_it_ends(
    serve: Callable[..., Served], server: Server, number: int
) -> None:
    server.on("/feed", Reply(body=rss(item("1"), url=None)))
    served = serve()
    until(lambda: answers(served))
    until(lambda: served.rows("SELECT guid FROM entries") == [("1",)])
    assert served.only_watcher()
    served.process.send_signal(number)
    status = served.process.wait(timeout=LONGEST)
    until(lambda: not served.processes())
    if number == signal.SIGTERM:
        assert status == 0


def test_a_watcher_that_is_killed_is_started_again_and_that_is_said(
    serve: Callable[..., Served], server: Server, tmp_path: Path
) -> None:
    server.on("/feed", Reply(body=rss(item("1"), url=None)))
    served = serve()
    first = served.only_watcher()
    os.kill(first, signal.SIGKILL)
    until(lambda: served.watchers() - {first})
    assert "The watcher ended unexpectedly (status -9)" in (tmp_path / "stderr").read_text()


def test_its_watcher_asks_as_it_is_told_to(serve: Callable[..., Served], server: Server) -> None:
    server.on("/feed", Reply(body=rss(item("1"), url=None)))
    serve("--contact", "me@example.org")
    until(lambda: server.requests)
    assert "complaints: me@example.org" in server.requests[0].headers["user-agent"]


def test_a_hub_subscribes_it_and_pushes(serve: Callable[..., Served], server: Server) -> None:
    forms: list[dict[str, str]] = []

    def hub(asked: Asked) -> Reply:
        forms.append({name: values[0] for name, values in parse_qs(asked.body.decode()).items()})
        return Reply(202)

    named = f'<atom:link rel="hub" href="{server.on("/hub", hub)}"/>'
    server.on("/feed", Reply(body=rss(named, item("1"), url=server.url("/feed"))))
    served = serve(public=True)
    until(lambda: answers(served))
    until(lambda: forms)
    [form] = forms
    assert form["hub.topic"] == server.url("/feed")

    def push(guid: str, secret: str) -> int:
        body = rss(item(guid), url=None)
        signature = f"sha256={hmac.new(secret.encode(), body, 'sha256').hexdigest()}"
        pieces = iter([body[:100], body[100:]])  # sent in chunks, without a length
        headers = {"x-hub-signature": signature}
        return httpx.post(form["hub.callback"], content=pieces, headers=headers, timeout=LONGEST).status_code

    assert push("too soon", form["hub.secret"]) == 202
    query = {"hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": "c0ffee"}
    assert httpx.get(form["hub.callback"], params=query, timeout=LONGEST).text == "c0ffee"
    assert push("2", form["hub.secret"]) == 202
    assert push("forged", "another") == 202
    assert served.rows("SELECT guid FROM entries ORDER BY guid") == [("1",), ("2",)]
