"""`feedsette watch` as a process of its own: it polls what is due, asks hubs meanwhile, and ends when told."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from ingest.archive.file.opening import open_archive
from ingest.base.clock import timestamp
from ingest.follow.follow import follow
from tests.ingest.archive.documents.independent_reader import check_rows
from tests.ingest.archive.documents.kept import keep
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server, of_feeds, silent
from tests.waiting import LONGEST, until

ROOT = Path(__file__).parents[3]
IMPATIENT = """
from ingest.poll import watch
from ingest.archive.file import write_lock
write_lock.BUSY_SECONDS, watch.SHORTEST_BACKOFF = 0.2, 0.1
"""
DISK_FULL_AS_LONG_AS_FILE_EXISTS = """
import pathlib, sqlite3
plain = sqlite3.connect
def connect(path, **options):
    connection = plain(path, **options)
    if pathlib.Path(f"{path}-full").exists():
        connection.execute("PRAGMA max_page_count = 1")  # which SQLite takes for: as many as there are
    return connection
sqlite3.connect = connect
"""
BUG_IN_THE_FIRST_ROUND = """
plan = watch._plan
def broken(path):
    watch._plan = plan
    raise RuntimeError("no such luck")
watch._plan = broken
"""
HUBS_ARE_ASKED_OFTEN = """
from ingest.poll import watch
watch.HUBS_EVERY = 0.5
"""
LONG_AGO = "2020-01-01T00:00:00Z"


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a watcher, which the end of the test ends."""
    started: list[subprocess.Popen[str]] = []

    def watch(*options: str, beginning: str = "") -> subprocess.Popen[str]:
        code = f"{beginning}\nfrom ingest.cli.commands import main\nmain()"
        command = [sys.executable, "-c", code, "watch", str(tmp_path / "archive.db"), *options]
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
    watch("--public-url", "https://feeds.example", beginning=HUBS_ARE_ASKED_OFTEN)

    def polled() -> set[str]:
        return {asked.path for asked in of_feeds(server)} - {"/hub"}

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


def has_open(process: subprocess.Popen[str], file: Path) -> bool:
    opened = Path(f"/proc/{process.pid}/fd")
    return any(os.path.realpath(descriptor) == str(file) for descriptor in opened.iterdir())


@contextmanager
def another_writer(archive: Path) -> Iterator[None]:
    with closing(sqlite3.connect(archive, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def ended(watching: subprocess.Popen[str]) -> list[str]:
    """What it has still said on standard error."""
    watching.terminate()
    _, said = watching.communicate(timeout=20)
    assert watching.returncode == 0
    return said.splitlines()


def test_it_outlasts_another_writer_and_asks_no_feed_until_that_is_done(
    server: Server, tmp_path: Path, watch: Callable[..., subprocess.Popen[str]]
) -> None:
    archive = tmp_path / "archive.db"
    follow_all(archive, server.on("/feed", Reply(body=rss(item("1"), url=None))))
    with another_writer(archive):
        watching = watch(beginning=IMPATIENT)
        assert line(watching.stderr).startswith("Watching")
        assert line(watching.stderr) == (
            f"{archive} is being written to by another program. It is tried again in 0.1 seconds, and then less and "
            "less often.\n"
        )
        time.sleep(1.5)  # in which it tries several times more
        assert server.requests == []
    assert line(watching.stderr) == f"{archive} is watched again.\n"
    assert line(watching.stdout).endswith("/feed: 1 new, 0 changed\n")
    assert ended(watching) == []


def test_it_outlasts_a_full_disk_and_polls_again_what_it_could_not_save(
    server: Server, tmp_path: Path, watch: Callable[..., subprocess.Popen[str]]
) -> None:
    archive = tmp_path / "archive.db"
    follow_all(archive, server.on("/feed", Reply(body=rss(item("1", "Long. " * 10_000), url=None))))
    full = tmp_path / "archive.db-full"
    full.touch()
    watching = watch(beginning=DISK_FULL_AS_LONG_AS_FILE_EXISTS + IMPATIENT)
    assert line(watching.stderr).startswith("Watching")
    assert "the disk is full" in line(watching.stderr)
    full.unlink()
    assert "watched again" in line(watching.stderr)
    assert line(watching.stdout).endswith("/feed: 1 new, 0 changed\n")


def test_it_saves_nothing_of_a_document_that_cannot_be_kept_and_polls_it_again(
    server: Server, tmp_path: Path, watch: Callable[..., subprocess.Popen[str]]
) -> None:
    archive, folder = tmp_path / "archive.db", tmp_path / "archive.warc"
    follow_all(archive, server.on("/feed", Reply(body=rss(item("1"), url=None))))
    folder.touch()
    watching = watch(beginning=IMPATIENT)
    assert line(watching.stderr).startswith(f"{folder} is not a folder")
    assert line(watching.stderr).startswith("Watching")
    assert f"{folder} is not a folder, so documents cannot be kept there" in line(watching.stderr)
    with closing(sqlite3.connect(archive)) as connection:
        assert connection.execute("SELECT count(*) FROM entries").fetchone() == (0,)
    folder.unlink()
    assert "watched again" in line(watching.stderr)
    assert line(watching.stdout).endswith("/feed: 1 new, 0 changed\n")
    assert check_rows(archive) == [rss(item("1"), url=None)]


def test_it_outlasts_what_nobody_foresaw(
    server: Server, tmp_path: Path, watch: Callable[..., subprocess.Popen[str]]
) -> None:
    follow_all(tmp_path / "archive.db", server.on("/feed", Reply(body=rss(item("1"), url=None))))
    watching = watch(beginning=IMPATIENT + BUG_IN_THE_FIRST_ROUND)
    assert line(watching.stderr).startswith("Watching")
    assert "nobody foresaw (RuntimeError: no such luck)" in line(watching.stderr)
    assert line(watching.stdout).endswith("/feed: 1 new, 0 changed\n")


@pytest.mark.parametrize("options", [[], ["--public-url", "https://feeds.example"]])
def test_it_ends_when_told_to_while_it_waits_for_another_writer(
    server: Server, tmp_path: Path, watch: Callable[..., subprocess.Popen[str]], options: list[str]
) -> None:
    archive = tmp_path / "archive.db"
    follow_all(archive, server.on("/feed", Reply(body=rss(item("1"), url=None))))
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("UPDATE feeds SET hub_url = ?", [server.on("/hub", Reply(202))])
    with another_writer(archive):
        watching = watch(*options)
        assert line(watching.stderr).startswith("Watching")
        until(lambda: has_open(watching, archive))  # so that it waits
        assert ended(watching) == []


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


def test_a_watcher_frees_what_is_above_the_bound_of_documents(
    tmp_path: Path, watch: Callable[..., subprocess.Popen[str]]
) -> None:
    with closing(open_archive(tmp_path / "archive.db", create=True)) as db:
        for day in range(3):
            keep(db, "https://example.org/feed", day, b"%d" % day, "the same")
    watching = watch("--max-documents", "0")
    assert watching.stderr
    said = [watching.stderr.readline() for _ in range(4)]
    assert re.search(
        r"\n1 document between two in which the same was read \([0-9]+ bytes\) goes\n", "".join(said)
    )
    assert any(line.startswith("2 documents freed: ") for line in said)
