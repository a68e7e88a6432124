"""`feedsette serve` as it is run: what it writes down, which names it answers to, and what is left when it ends."""

import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest
from click.testing import CliRunner

from ingest.cli.commands import main
from tests.ingest.documents_written_here import item, rss
from tests.plugins.conftest import ROOT
from tests.ports import free_port
from tests.waiting import until

PASSWORD = "as good as any"


@dataclass
class Served:
    process: subprocess.Popen[str]
    url: str
    temporary: Path

    def answers(self) -> bool:
        try:
            return httpx.get(self.url, timeout=5).status_code == 200
        except httpx.HTTPError:
            return False


Serve = Callable[..., Served]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feed.xml").write_bytes(rss(item("1"), url=None))
    (tmp_path / "password.txt").write_text(f"{PASSWORD}\n")
    (tmp_path / "tmp").mkdir()
    return tmp_path


@pytest.fixture
def serve(folder: Path) -> Iterator[Serve]:
    """Called with the name of an archive in the folder, which is made first, and the options to serve it with."""
    started: list[Served] = []
    hangup = signal.signal(
        signal.SIGHUP, signal.SIG_DFL
    )  # is ignored beneath nohup, and then by the server too

    def serve(name: str, *options: str, command: tuple[str, ...] = ("serve",)) -> Served:
        CliRunner().invoke(main, ["import", str(folder / name), str(folder / "feed.xml")])
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "ingest", *command, name, "--port", str(port), *options],
            stdout=subprocess.DEVNULL,
            stderr=(folder / "stderr").open("w"),
            text=True,
            cwd=folder,
            env={**os.environ, "TMPDIR": str(folder / "tmp"), "PYTHONPATH": str(ROOT)},
        )
        started.append(Served(process, f"http://127.0.0.1:{port}", folder / "tmp"))
        until(lambda: started[-1].answers() or process.poll() is not None)
        assert started[-1].answers(), (folder / "stderr").read_text()
        return started[-1]

    yield serve
    signal.signal(signal.SIGHUP, hangup)
    for served in started:
        served.process.kill()
        served.process.wait(timeout=20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_password_s_hash_is_in_a_file_of_the_server_alone_and_gone_when_it_ends(
    serve: Serve, folder: Path, number: int
) -> None:
    pytest.importorskip("datasette_auth_passwords")
    served = serve("archive.db", "--password", "file:password.txt")
    holding = [
        file for file in served.temporary.rglob("*") if file.is_file() and b"pbkdf2" in file.read_bytes()
    ]
    [file] = holding
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    for page in ("/-/metadata.json", "/-/config.json", "/-/plugins.json", "/-/settings.json"):
        assert not re.search("pbkdf2|password_hash", httpx.get(served.url + page, timeout=20).text)
    served.process.send_signal(number)
    served.process.wait(timeout=30)
    assert list(served.temporary.iterdir()) == []


def test_another_name_is_refused_by_serve_and_by_demo(serve: Serve) -> None:
    for served in (serve("archive.db"), serve("archive.db", command=("demo", "--keep"))):
        answer = httpx.get(served.url, headers={"host": "evil.example"}, timeout=20)
        assert (answer.status_code, "“evil.example”" in answer.text) == (403, True)


def test_a_name_is_answered_that_is_allowed_or_is_that_of_the_public_address(serve: Serve) -> None:
    served = serve("archive.db", "--allow-host", "a.example", "--public-url", "https://b.example")
    statuses = [httpx.get(served.url, headers={"host": f"{name}.example"}, timeout=20) for name in "abc"]
    assert [answer.status_code for answer in statuses] == [200, 200, 403]


@pytest.mark.parametrize("name", ["./-x.db", "./--root", "./-.db", "./static.db"])
def test_an_archive_is_served_that_is_named_like_an_option_or_a_page(serve: Serve, name: str) -> None:
    served = serve(name)
    database = httpx.get(served.url + "/-/databases.json", timeout=20).json()
    known = (database["databases"] if isinstance(database, dict) else database)[0]
    table = httpx.get(f"{served.url}/{known['route']}/entries.json", timeout=20)
    assert table.json()["rows"]


@pytest.mark.parametrize("name", ["https://feeds.example", "feeds.example:443", "a b", "*.example", ""])
def test_a_name_to_allow_is_a_name_alone(folder: Path, name: str) -> None:
    result = CliRunner().invoke(main, ["serve", str(folder / "archive.db"), "--allow-host", name])
    assert result.exit_code == 2 and "is to be a name alone" in result.stderr
