"""`feedsette watch` as a process of its own: it polls what is due, asks hubs meanwhile, and ends when told."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.archive import open_archive
from ingest.clock import timestamp
from ingest.follow import follow
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server, silent
from tests.waiting import LONGEST, until

ROOT = Path(__file__).parents[2]
LONG_AGO = "2020-01-01T00:00:00Z"


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a watcher, which the end of the test ends."""
    started: list[subprocess.Popen[str]] = []

    def watch(*options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "ingest", "watch", str(tmp_path / "archive.db"), *options]
        watching = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        started.append(watching)
        return watching

    yield watch
    for watching in started:
        watching.kill()
        watching.communicate(timeout=LONGEST)


def follow_all(archive: Path, *urls: str) -> None:
    with closing(open_archive(archive, create=True)) as db:
        for url in urls:
            follow(db, url, LONG_AGO, allow_private=True)


def test_silent_hubs_hold_up_no_poll(
    server: Server, tmp_path: Path, watch: Callable[..., subprocess.Popen[str]]
) -> None:
    hub = f'<atom:link rel="hub" href="{server.on("/hub", silent())}"/>'
    document = Reply(body=rss(hub, item("1"), url=None))
    follow_all(tmp_path / "archive.db", *(server.on(f"/{number}", document) for number in range(40)))
    start = datetime.now(UTC)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection, connection:
        # One after the other, so that some are due after the hub was asked, however long it takes to begin.
        due = [(timestamp(start + timedelta(seconds=3 * number)), number) for number in range(1, 41)]
        connection.executemany("UPDATE feeds SET next_poll = ? WHERE id = ?", due)
    watch("--public-url", "https://feeds.example")

    def polled() -> set[str]:
        return {asked.path for asked in server.requests} - {"/hub"}

    until(lambda: [asked for asked in server.requests if asked.path == "/hub"])
    before = polled()
    until(lambda: polled() > before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_well_when_told_to(
    server: Server, tmp_path: Path, watch: Callable[..., subprocess.Popen[str]], number: int
) -> None:
    follow_all(tmp_path / "archive.db", server.on("/feed", Reply(body=rss(item("1"), url=None))))
    watching = watch()
    assert watching.stdout is not None
    watching.stdout.readline()
    watching.send_signal(number)
    assert watching.wait(timeout=LONGEST) == 0


@pytest.mark.parametrize(
    "url", ["nonsense", "ftp://feeds.example", "https://feeds.example/?a=b", "https://a:b@feeds.example"]
)
def test_a_public_address_that_no_hub_could_reach_is_refused(
    tmp_path: Path, watch: Callable[..., subprocess.Popen[str]], url: str
) -> None:
    follow_all(tmp_path / "archive.db")
    watching = watch("--public-url", url)
    _, said = watching.communicate(timeout=LONGEST)
    assert (watching.returncode, "Invalid value for '--public-url'" in said) == (2, True)
