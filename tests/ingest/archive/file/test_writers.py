"""Concurrent writers and readers of an archive: fairness among writers, and a small write-ahead log."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.file import checkpoint, write_lock
from ingest.archive.file.migrating import migrate
from ingest.archive.file.migrations import APPLICATION_ID, migrations
from ingest.archive.file.opening import Archive, open_archive, transaction
from tests.waiting import LONGEST, until

ROOT = Path(__file__).parents[4]
processes = multiprocessing.get_context("fork")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def older(archive: Path) -> Path:
    """An archive as an earlier release has left it."""
    with Database(archive) as db:
        db.enable_wal()
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(db, stop_before="m003_polling")
    return archive


def applied(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM _sqlite_migrations ORDER BY rowid")]


ALL = [migration.name for migration in migrations._migrations]


def test_a_command_waits_for_another_that_brings_the_archive_up_to_date_and_says_so(older: Path) -> None:
    with closing(sqlite3.connect(older, isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        command = [sys.executable, "-m", "ingest", "feeds", str(older)]
        second = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        assert second.stderr is not None
        assert second.stderr.readline() == (
            f"{older} is being brought up to date by another command; waiting until that is done.\n"
        )
        migrations.apply(Database(first))
        first.execute("COMMIT")
    _, said = second.communicate(timeout=30)
    assert (second.returncode, said) == (0, "")
    assert applied(older) == ALL


def test_that_it_takes_long_to_bring_an_archive_up_to_date_is_said(
    older: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Database(older) as db:
        migrate(db, older, lambda: until(lambda: bool(caplog.messages)))
    assert caplog.messages == [
        f"{older} is being checked and brought up to date, which takes minutes where it is large."
    ]
    assert applied(older) == ALL


@pytest.mark.parametrize("exists", [True, False])
def test_commands_at_once_on_an_older_or_a_new_archive_all_open_it(older: Path, exists: bool) -> None:
    if not exists:
        older.unlink()
    barrier = processes.Barrier(4)

    def run() -> None:
        barrier.wait()
        open_archive(older, create=True).close()

    started = [processes.Process(target=run) for _ in range(4)]
    for process in started:
        process.start()
    for process in started:
        process.join(60)
    assert [process.exitcode for process in started] == [0, 0, 0, 0]
    assert applied(older) == ALL


@pytest.mark.parametrize("killed_in", ALL[2:])
def test_a_kill_while_an_archive_is_brought_up_to_date_leaves_it_as_it_was(
    older: Path, killed_in: str
) -> None:
    def run() -> None:
        [migration] = [one for one in migrations._migrations if one.name == killed_in]
        migration.fn = lambda _: os.kill(os.getpid(), signal.SIGKILL)
        open_archive(older)

    process = processes.Process(target=run)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert applied(older) == ALL[:2]
    open_archive(older).close()
    assert applied(older) == ALL


@contextmanager
def writing_without_a_gap(archive: Path) -> Iterator[threading.Thread]:
    """A writer that has its next document ready when it has saved one, for at most half a minute."""
    over, begun, end = threading.Event(), threading.Event(), time.monotonic() + 30

    def write() -> None:
        with closing(open_archive(archive)) as db:
            while not over.is_set() and time.monotonic() < end:
                with transaction(db):
                    db.execute("INSERT INTO tags (name) VALUES (?)", (str(time.monotonic_ns()),))
                    begun.set()
                    time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        begun.wait(30)
        yield writer
    finally:
        over.set()
        writer.join()


def test_who_writes_one_document_after_another_gives_other_writers_their_turn(archive: Path) -> None:
    open_archive(archive, create=True).close()
    with writing_without_a_gap(archive) as writer:
        for number in range(5):
            with closing(open_archive(archive)) as db, transaction(db):
                db.execute("INSERT INTO authors (name) VALUES (?)", (str(number),))
        assert writer.is_alive()


def test_other_programs_get_their_turn_too(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_lock, "_LONGEST_TURN", 0.5)
    open_archive(archive, create=True).close()
    with writing_without_a_gap(archive) as writer, closing(sqlite3.connect(archive, timeout=30)) as other:
        for number in range(5):
            with other:
                other.execute("INSERT INTO authors (name) VALUES (?)", (number,))
        assert writer.is_alive()


def test_what_is_undone_counts_as_a_turn_too(archive: Path) -> None:
    with closing(open_archive(archive, create=True)) as db:
        with pytest.raises(KeyError), transaction(db):
            raise KeyError
        assert isinstance(db, Archive) and db.turns.held > 0


def test_waiting_for_another_writer_can_be_given_up(archive: Path) -> None:
    open_archive(archive, create=True).close()
    with (
        closing(sqlite3.connect(archive, isolation_level=None)) as other,
        closing(open_archive(archive)) as db,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"), transaction(db, lambda: True):
            raise AssertionError("it has the lock")


@contextmanager
def constant_readers(archive: Path) -> Iterator[None]:
    """One reader begins before the other ends, so that there is always one."""
    begun, over = threading.Event(), threading.Event()

    def read() -> None:
        ends: list[Callable[[], object]] = []
        while not over.wait(0.005):
            connection = sqlite3.connect(archive, isolation_level=None)
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM tags").fetchall()
            ends.append(connection.close)
            begun.set()
            if len(ends) > 1:
                ends.pop(0)()
        for end in ends:
            end()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert begun.wait(LONGEST)
        yield
    finally:
        over.set()
        reader.join()


def log_size(archive: Path) -> int:
    try:
        return archive.with_name(archive.name + "-wal").stat().st_size
    except FileNotFoundError:  # whoever closes the last connection removes it
        return 0


def test_the_write_ahead_log_stays_small_under_constant_readers(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "LARGEST_LOG", 1_000_000)
    monkeypatch.setattr(checkpoint, "_PATIENCE", 2_000)  # whatever else the machine does
    open_archive(archive, create=True).close()
    largest = 0
    with constant_readers(archive), closing(open_archive(archive)) as db:
        db.log.largest = 1_000_000
        for number in range(60):
            with transaction(db):
                db.execute("INSERT INTO tags (name) VALUES (?)", (f"{number}" * 200_000,))
            largest = max(largest, log_size(archive))
    assert largest < 4_000_000


def test_a_command_leaves_nothing_in_the_write_ahead_log_though_there_are_readers(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "_PATIENCE", 30_000)  # whatever else the machine does
    open_archive(archive, create=True).close()
    with constant_readers(archive):
        with closing(open_archive(archive)) as db, transaction(db):
            db.execute("INSERT INTO tags (name) VALUES ('new')")
        assert log_size(archive) == 0


def test_a_reader_that_takes_long_holds_up_neither_a_writer_nor_its_end(archive: Path) -> None:
    open_archive(archive, create=True).close()
    with closing(sqlite3.connect(archive, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM tags").fetchall()
        with closing(open_archive(archive)) as db, transaction(db):
            db.execute("INSERT INTO tags (name) VALUES ('new')")
        assert reader.execute("SELECT count(*) FROM tags").fetchall() == [(0,)]
        assert log_size(archive) > 0
