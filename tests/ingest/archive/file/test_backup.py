"""A backup is a consistent snapshot, whatever is done to the archive meanwhile, or there is none."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from ingest.archive.file import backup
from ingest.archive.file.backup import back_up
from ingest.archive.file.errors import ArchiveError
from ingest.archive.file.migrations import APPLICATION_ID, migrations
from ingest.archive.file.opening import open_archive, read_archive
from ingest.archive.save import save
from ingest.clean.feed import clean
from ingest.cli.commands import main
from ingest.parse.document import parse
from tests.ingest.documents_written_here import item, rss

ROUNDS = int(os.environ.get("FEEDSETTE_BACKUPS", "6"))  # 100 of them take a minute or two
ENTRIES = 7  # of each document
processes = multiprocessing.get_context("fork")


def save_documents(path: Path, first: int = 0, count: int = 1) -> None:
    with closing(open_archive(path, create=True)) as db:
        for number in range(first, first + count):
            items = [item(f"{number}-{entry}", "A lantern. " * 200) for entry in range(ENTRIES)]
            url = f"https://blog.example.org/{number}"
            save(db, clean(parse(rss(*items, url=url))), url=url, now="2025-01-01T00:00:00Z")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    save_documents(path, count=3)
    return path


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])


def check(path: Path) -> None:
    """Sound, and as it was between two documents."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        torn = """
            SELECT feeds.id FROM feeds
            LEFT JOIN entries ON feed = feeds.id LEFT JOIN contents ON entry = entries.id
            GROUP BY 1 HAVING count(entry) != ?
        """
        assert not connection.execute(torn, [ENTRIES]).fetchall()
        connection.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")
        connection.rollback()


def write_on(path: Path) -> None:
    for number in range(1000, 100_000):
        save_documents(path, number)


def read_on(path: Path) -> None:
    while True:
        count(path)


@contextmanager
def busy(path: Path) -> Iterator[None]:
    workers = [processes.Process(target=work, args=(path,)) for work in (write_on, read_on)]
    for worker in workers:
        worker.start()
    yield
    assert all(worker.is_alive() for worker in workers)
    for worker in workers:
        worker.kill()
        worker.join()


def test_every_backup_of_an_archive_that_is_written_to_and_read_is_a_state_between_two_documents(
    archive: Path, copies: Path
) -> None:
    made = []
    with busy(archive):
        for _ in range(ROUNDS):
            made.append(back_up(archive, copies).entries)
            assert [path.name for path in copies.iterdir()] == ["archive.db"]
            check(copies / "archive.db")
            assert made[-1] == count(copies / "archive.db")
            (copies / "archive.db").unlink()
    assert made == sorted(made) and made[-1] > made[0]


def test_a_writer_does_not_make_a_backup_begin_anew(
    archive: Path, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PAGES", 10)
    steps: list[int] = []

    def write_meanwhile(done: int, _: int) -> None:
        steps.append(done)
        save_documents(archive, 100 + len(steps))

    assert back_up(archive, copies, write_meanwhile).entries == 3 * ENTRIES
    assert steps == sorted(steps) and len(steps) > 5


def test_a_backup_has_what_is_only_in_the_write_ahead_log_yet(archive: Path, copies: Path) -> None:
    with closing(sqlite3.connect(archive, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM feeds").fetchall()
        save_documents(archive, 3)
        shutil.copy(archive, copies / "plain.db")
        back_up(archive, copies / "whole.db")
    assert (count(copies / "plain.db"), count(copies / "whole.db")) == (3 * ENTRIES, 4 * ENTRIES)


def test_a_backup_can_be_followed_on_with(archive: Path, copies: Path) -> None:
    back_up(archive, copies)
    save_documents(copies / "archive.db", 3)
    with closing(read_archive(copies / "archive.db")) as db:
        assert db["entries"].count == 4 * ENTRIES


def test_an_older_archive_is_copied_as_it_is(tmp_path: Path, copies: Path) -> None:
    with Database(tmp_path / "older.db") as db:
        db.enable_wal()
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(db, stop_before="m003_polling")
    back_up(tmp_path / "older.db", copies)
    for path in (tmp_path / "older.db", copies / "older.db"):
        with Database(path) as db:
            assert [one.name for one in migrations.applied(db)] == ["m001_tables", "m002_full_text"]


def test_an_older_backup_gives_way(archive: Path, copies: Path) -> None:
    back_up(archive, copies)
    save_documents(archive, 3)
    back_up(archive, copies)
    assert count(copies / "archive.db") == 4 * ENTRIES


def test_a_write_ahead_log_that_was_left_beside_an_older_backup_is_not_taken_for_its(
    archive: Path, copies: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("UPDATE feeds SET title = 'of the log'")
        connection.commit()
        for end in ("", "-wal"):
            shutil.copy(f"{archive}{end}", copies / f"archive.db{end}")
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("UPDATE feeds SET title = 'of the archive'")
    back_up(archive, copies)
    check(copies / "archive.db")
    with closing(sqlite3.connect(copies / "archive.db")) as connection:
        assert set(connection.execute("SELECT title FROM feeds")) == {("of the archive",)}


def test_an_older_backup_that_is_being_served_stays(archive: Path, copies: Path) -> None:
    back_up(archive, copies)
    save_documents(archive, 3)
    with closing(sqlite3.connect(f"file:{copies / 'archive.db'}?mode=ro", uri=True)) as serving:
        serving.execute("SELECT * FROM feeds").fetchall()
        with pytest.raises(ArchiveError, match="is in use by another program, so it was not replaced"):
            back_up(archive, copies)
    check(copies / "archive.db")
    assert count(copies / "archive.db") == 3 * ENTRIES


@pytest.mark.parametrize("content", [b"Dear diary", b"SQLite format 3\0" + bytes(4080)])
def test_what_is_no_archive_is_not_written_over(archive: Path, copies: Path, content: bytes) -> None:
    (copies / "archive.db").write_bytes(content)
    with pytest.raises(ArchiveError, match="is there already, and is not an archive of Feedsette's"):
        back_up(archive, copies)
    assert (copies / "archive.db").read_bytes() == content


def null_device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    except OSError:
        pytest.skip("only root makes devices")


@pytest.mark.parametrize("make", [os.mkfifo, null_device], ids=["pipe", "device"])
def test_a_pipe_or_device_is_not_replaced(archive: Path, copies: Path, make: Callable[[Path], None]) -> None:
    place = copies / "special"
    make(place)
    before = place.lstat()
    with pytest.raises(ArchiveError, match="is there already, and is not an archive of Feedsette's"):
        back_up(archive, place)
    assert place.lstat() == before


@pytest.mark.parametrize("name", ["archive.db", "symbolic.db", "hard.db", "."])
def test_the_archive_itself_is_not_written_over(archive: Path, name: str) -> None:
    (archive.parent / "symbolic.db").symlink_to(archive)
    (archive.parent / "hard.db").hardlink_to(archive)
    with pytest.raises(ArchiveError, match="is the archive itself"):
        back_up(archive, archive.parent / name)
    check(archive)


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        ("nowhere.db", "copies", "nowhere.db does not exist. Name the archive"),
        ("copies", "copies", "copies is not a file"),
        ("archive.db", "nowhere/copy.db", "The folder .*nowhere does not exist. Make it"),
        ("archive.db", "/proc/copy.db", "/proc/copy.db cannot be made: "),
        ("archive.db", "copies/" + "x" * 250, "cannot be made: File name too long"),
        ("text.db", "copies", "is not a SQLite database"),
        ("other.db", "copies", "other.db is a SQLite database, but not an archive of Feedsette's"),
        ("empty.db", "copies", "empty.db is empty"),
    ],
)
def test_what_cannot_be_copied_is_said(
    archive: Path, copies: Path, tmp_path: Path, source: str, target: str, why: str
) -> None:
    (tmp_path / "text.db").write_text("Dear diary, " * 100)
    (tmp_path / "empty.db").touch()
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE recipes (id)")
    with pytest.raises(ArchiveError, match=why):
        back_up(tmp_path / source, tmp_path / target)
    assert list(copies.iterdir()) == []


def test_a_damaged_archive_does_not_take_the_place_of_a_sound_backup(archive: Path, copies: Path) -> None:
    back_up(archive, copies)
    size = archive.stat().st_size
    with archive.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * (size // 4))
    with pytest.raises(ArchiveError, match="damaged"):
        back_up(archive, copies)
    assert [path.name for path in copies.iterdir()] == ["archive.db"]
    check(copies / "archive.db")


def test_of_damage_that_only_the_check_of_the_copy_finds_it_is_said_what_to_do(
    archive: Path, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ingest.archive.file.backup._damage", lambda *_: "Page 2: btreeInitPage() returns error code 11"
    )
    with pytest.raises(ArchiveError, match=r"no backup was made of it\. Put a backup in its place, or save"):
        back_up(archive, copies)
    assert list(copies.iterdir()) == []


def test_a_disk_without_room_leaves_the_older_backup(
    archive: Path, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(archive, copies)
    plain = sqlite3.connect

    def full(path: object, **options: object) -> sqlite3.Connection:
        connection = plain(path, **options)  # type: ignore[call-overload]
        if "unfinished" in str(path):
            connection.execute("PRAGMA max_page_count = 20")
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr("ingest.archive.file.backup.sqlite3.connect", full)
    with pytest.raises(ArchiveError, match="archive.db was not made: its disk is full"):
        back_up(archive, copies)
    monkeypatch.undo()
    assert [path.name for path in copies.iterdir()] == ["archive.db"]
    check(copies / "archive.db")


def test_what_a_killed_backup_leaves_is_removed_by_the_next(archive: Path, copies: Path) -> None:
    back_up(archive, copies)

    def run() -> None:
        back_up(archive, copies, lambda done, total: os.kill(os.getpid(), signal.SIGKILL))

    killed = processes.Process(target=run)
    killed.start()
    killed.join(30)
    check(copies / "archive.db")
    [left] = copies.glob("archive.db.unfinished-*")
    os.utime(left, (time.time() - 3600,) * 2)
    back_up(archive, copies)
    assert [path.name for path in copies.iterdir()] == ["archive.db"]


# A shell has SIGINT ignored in what a script starts in the background.
@pytest.mark.parametrize("on_sigint", ["default_int_handler", "SIG_IGN"])
def test_a_backup_that_is_told_to_end_leaves_nothing(archive: Path, copies: Path, on_sigint: str) -> None:
    code = (
        "import os, signal; from ingest.cli.commands import main; from ingest.cli.progress import Bar\n"
        f"signal.signal(signal.SIGINT, signal.{on_sigint})\n"
        "Bar.reach = lambda *_: os.kill(os.getpid(), signal.SIGTERM)\n"
        "main()"
    )
    command = [sys.executable, "-c", code, "backup", str(archive), str(copies)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[4])
    assert (ended.returncode, ended.stdout, ended.stderr.strip()) == (1, "", "Aborted!")
    assert list(copies.iterdir()) == []


def test_a_folder_that_does_not_exist_is_not_made_a_file_of_its_name(archive: Path, copies: Path) -> None:
    result = CliRunner().invoke(main, ["backup", str(archive), f"{copies}/missing/"])
    assert result.exit_code == 2
    assert f"The folder {copies}/missing/ does not exist. Make it, or name another." in result.output
    assert not (copies / "missing").exists()


@pytest.mark.parametrize(("options", "said"), [([], "21 entries of 3 feeds"), (["--quiet"], "")])
def test_the_command_says_what_it_has_made(
    archive: Path, copies: Path, options: list[str], said: str
) -> None:
    result = CliRunner().invoke(main, ["backup", *options, str(archive), str(copies)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert said in result.stdout and bool(said) == bool(result.stdout)


def test_a_backup_is_no_more_open_to_others_than_the_archive(archive: Path, copies: Path) -> None:
    archive.chmod(0o600)
    back_up(archive, copies)
    assert (copies / "archive.db").stat().st_mode & 0o777 == 0o600
