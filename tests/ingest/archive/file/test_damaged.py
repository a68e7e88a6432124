"""Damaged archives, and files that are not archives: commands say what is wrong and what to do, and change nothing."""

import os
import random
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.archive.file.opening import open_archive
from ingest.cli.commands import main
from ingest.follow.follow import follow
from tests.ingest.documents_written_here import item, rss
from tests.waiting import LONGEST

ROOT = Path(__file__).parents[4]
PAGE = 4096
SEED = 20261128
Damage = Callable[[bytearray], bytes | bytearray]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("document") / "new.xml"
    path.write_bytes(rss(item("new"), url="https://new.example/feed"))
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An archive of many pages, some of them free."""
    folder = tmp_path_factory.mktemp("whole")
    path, feed = folder / "archive.db", folder / "feed.xml"
    feed.write_bytes(rss(*(item(str(n), f"Text {n} of lanterns. " * 150) for n in range(150)), url=None))
    assert CliRunner().invoke(main, ["import", str(path), str(feed)]).exit_code == 0
    with closing(open_archive(path)) as db:
        follow(db, "http://127.0.0.1:1/feed", "2024-01-01T00:00:00Z")
        db.execute("CREATE TABLE passing (x)")
        db.conn.executemany("INSERT INTO passing VALUES (?)", [("x" * 2000,) for _ in range(40)])
        db.conn.commit()
        db.execute("DROP TABLE passing")
    return path.read_bytes()


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that is taken, so that `serve` judges the archive and ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


@pytest.fixture
def commands(document: Path, taken: str) -> list[list[str]]:
    """What is typed, without the archive."""
    return [
        ["feeds"],
        ["search", "lanterns"],
        ["import", str(document)],
        ["add", str(document)],
        ["update", "--all"],
        ["watch", "--until-input-ends"],
        ["serve", "--port", taken],
    ]


def beside(path: Path) -> dict[str, str]:
    """Every file of a folder, by the hash of what it holds."""
    files = [file for file in path.parent.iterdir() if file.is_file()]
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in files}


def run(path: Path, command: list[str]) -> tuple[int, str]:
    verb, *rest = command
    result = CliRunner().invoke(main, [verb, str(path), *rest])
    assert result.exception is None or isinstance(result.exception, SystemExit), (command, result.exception)
    return result.exit_code, result.output


def zeroed(start: int, end: int | None = None) -> Damage:
    def damage(archive: bytearray) -> bytearray:
        archive[start:end] = bytes(len(archive[start:end]))
        return archive

    return damage


def with_byte(at: int, value: int) -> Damage:
    def damage(archive: bytearray) -> bytearray:
        archive[at] = value
        return archive

    return damage


def cut(size: int) -> Damage:
    return lambda archive: archive[:size]


def swapped(archive: bytearray) -> bytes:
    return bytes(archive[PAGE : 2 * PAGE] + archive[:PAGE] + archive[2 * PAGE :])


def with_schema(damage: Callable[[sqlite3.Connection], None]) -> Damage:
    """Damaged by SQLite itself, where that can be had to do it."""

    def damaged(archive: bytearray) -> bytes:
        with closing(sqlite3.connect(":memory:")) as connection:
            archive[18:20] = b"\1\1"  # a database in memory is in no WAL mode
            connection.deserialize(bytes(archive))
            connection.execute("PRAGMA writable_schema = ON")
            damage(connection)
            connection.commit()
            made = bytearray(connection.serialize())
        made[18:20] = b"\2\2"
        return made

    return damaged


def garbled_schema(connection: sqlite3.Connection) -> None:
    garbled = b"CREATE TABLE \xff\xfe ("
    connection.execute("UPDATE sqlite_master SET sql = CAST(? AS TEXT) WHERE name = 'tags'", (garbled,))


def garbled_name(connection: sqlite3.Connection) -> None:
    connection.execute(
        "UPDATE sqlite_master SET name = CAST(? AS TEXT), sql = 'CREATE TABLE' WHERE name = 'tags'",
        (b"\xff\xfe",),
    )


def without_schema(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM sqlite_master")


def without_migrations(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM sqlite_master WHERE tbl_name = '_sqlite_migrations'")


def with_other_migrations(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE _sqlite_migrations SET name = 'm001_tabxes' WHERE name = 'm001_tables'")


SEEN_AT_ONCE: dict[str, Damage] = {
    "header zeroed": zeroed(0, 16),
    "header flipped": with_byte(3, 0xFF),
    "first hundred bytes zeroed": zeroed(0, 100),
    "first page zeroed": zeroed(0, PAGE),
    "page size of none": with_byte(16, 0x11),
    "a newer format": with_byte(19, 9),
    "payload fraction": with_byte(21, 1),
    "schema format": with_byte(47, 77),
    "text encoding 16": with_byte(59, 2),
    "root of the schema zeroed": zeroed(100, PAGE),
    "kind of the first page": with_byte(100, 7),
    "no cells in the first page": zeroed(103, 105),
    "pointers of the first page": zeroed(108, 140),
    "schema in no UTF-8": with_schema(garbled_schema),
    "a table's name in no UTF-8": with_schema(garbled_name),
    "schema gone": with_schema(without_schema),
    "migrations gone": with_schema(without_migrations),
    "migrations garbled": with_schema(with_other_migrations),
    "first pages swapped": swapped,
    "cut to a hundred bytes": cut(100),
    "cut to 512 bytes": cut(512),
    "cut to one page": cut(PAGE),
    "cut in the middle": lambda archive: archive[: len(archive) // 2],
    "cut in the middle of a page": lambda archive: archive[: len(archive) // 2 + 99],
}


@pytest.mark.parametrize("damage", SEEN_AT_ONCE)
def test_a_damaged_archive_is_told_and_left_as_it_is(
    tmp_path: Path, whole: bytes, commands: list[list[str]], damage: str
) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(damaged := SEEN_AT_ONCE[damage](bytearray(whole)))
    for command in commands:
        code, said = run(path, command)
        assert (command, code) == (command, 1), said
        assert f"{path} is a damaged archive" in said, (command, said)
        assert "Put a backup in its place" in said and ".recover | sqlite3 recovered.db" in said
        assert path.read_bytes() == damaged, command


def test_an_archive_without_its_mark_is_told_how_to_get_it_back(
    tmp_path: Path, whole: bytes, commands: list[list[str]]
) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(zeroed(68, 72)(bytearray(whole)))
    before = beside(path)
    for command in commands:
        code, said = run(path, command)
        assert (command, code) == (command, 1), said
        assert "has the tables of an archive, but not its mark" in said
        assert beside(path) == before, command
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 1178944836")  # as it says
    assert run(path, ["feeds"])[0] == 0


def at_random(archive: bytearray, moments: random.Random) -> bytearray:
    """Damage of any kind, anywhere."""
    page = moments.randrange(len(archive) // PAGE) * PAGE
    kind = moments.choice(["bytes", "bytes", "zeroes", "head", "noise", "another"])
    if kind == "bytes":
        for _ in range(moments.choice([1, 1, 4, 40])):
            archive[page + moments.randrange(PAGE)] ^= 1 << moments.randrange(8)
    elif kind == "zeroes":
        archive[page : page + PAGE] = bytes(PAGE)
    elif kind == "head":
        archive[page : page + 16] = moments.randbytes(16)
    elif kind == "noise":
        archive[page : page + PAGE] = moments.randbytes(PAGE)
    else:
        other = moments.randrange(1, len(archive) // PAGE) * PAGE
        archive[page : page + PAGE] = archive[other : other + PAGE]
    return archive


def database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE feeds (url)")


def database_in_use(path: Path) -> None:
    """As another program leaves it when it is killed: with a WAL that is still to be written into it."""
    script = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('PRAGMA journal_mode = WAL'); c.execute('CREATE TABLE recipes (x)'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)


def database_half_changed(path: Path) -> None:
    """As another program leaves it when it is killed: with a journal by which SQLite would undo its change."""
    script = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('CREATE TABLE recipes (x)'); c.execute('PRAGMA cache_size = 1'); c.execute('BEGIN'); "
        "c.executemany('INSERT INTO recipes VALUES (?)', [('x' * 3000,)] * 100); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)


def of_another_application(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 1196444487")  # a GeoPackage


FOREIGN: dict[str, Callable[[Path], object]] = {
    "a database": database,
    "a database in use": database_in_use,
    "a database half changed": database_half_changed,
    "a database of another application": of_another_application,
    "a text": lambda path: path.write_text("Dear diary, " * 1000),
    "a schema as text": lambda path: path.write_text("CREATE TABLE feeds (\nCREATE TABLE entry_authors (\n"),
    "a picture": lambda path: path.write_bytes(
        b"\xff\xd8\xff\xe0\0\x10JFIF" + random.Random(SEED).randbytes(9000)
    ),
    "zeroes": lambda path: path.write_bytes(bytes(9000)),
    "a byte": lambda path: path.write_bytes(b"S"),
    "the beginning of a header": lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(20)),
    "a folder": Path.mkdir,
    "a named pipe": os.mkfifo,
    "a device": lambda path: path.symlink_to("/dev/null"),
}


@pytest.mark.parametrize("file", FOREIGN)
def test_what_is_no_archive_is_told_and_nothing_is_written_into_it_or_beside_it(
    tmp_path: Path, commands: list[list[str]], file: str
) -> None:
    path = tmp_path / "other.db"
    FOREIGN[file](path)
    before = beside(path)
    for command in commands:
        code, said = run(path, command)
        assert (command, code) == (command, 1), said
        assert str(path) in said and "not an archive of Feedsette's" in said, (command, said)
        assert beside(path) == before, command


def test_an_empty_file_becomes_an_archive_where_there_is_something_to_save(
    tmp_path: Path, commands: list[list[str]]
) -> None:
    for number, command in enumerate(commands):
        path = tmp_path / f"{number}.db"
        path.touch()
        code, said = run(path, command)
        makes_one = command[0] in ("add", "import")
        assert (code, bool(path.stat().st_size)) == ((0, True) if makes_one else (1, False)), (command, said)
        assert makes_one or "is empty. Make an archive of it with" in said


def test_an_archive_that_lost_all_but_its_wal_is_not_taken_for_an_empty_file(
    tmp_path: Path, commands: list[list[str]]
) -> None:
    path = tmp_path / "archive.db"
    path.touch()
    (tmp_path / "archive.db-wal").write_bytes(b"what was saved last")
    before = beside(path)
    for command in commands:
        code, said = run(path, command)
        assert code == 1 and "is a damaged archive" in said
        assert beside(path) == before, command


def test_an_archive_whose_making_was_cut_short_is_made_to_its_end(tmp_path: Path) -> None:
    script = (
        "import os, sys, pathlib; from ingest.archive.file import opening as archive; "
        "from ingest.archive.file.migrations import migrations; "
        "apply = migrations.apply; last = migrations._migrations[int(sys.argv[2])].name; "
        "migrations.apply = lambda db: (apply(db, stop_before=last), os._exit(0)); "
        "archive.open_archive(pathlib.Path(sys.argv[1]), create=True)"
    )
    for stop in (0, 1, -1):
        path = tmp_path / f"{stop}.db"
        subprocess.run([sys.executable, "-c", script, str(path), str(stop)], check=True, cwd=ROOT)
        assert run(path, ["feeds"])[0] == 0


def test_an_older_archive_that_is_damaged_is_not_migrated(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(zeroed(40 * PAGE, 41 * PAGE)(bytearray(whole)))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "DELETE FROM _sqlite_migrations WHERE id = (SELECT max(id) FROM _sqlite_migrations)"
        )
    damaged = path.read_bytes()
    for command in (["feeds"], ["update"]):
        code, said = run(path, command)
        assert (code, "is a damaged archive" in said, path.read_bytes() == damaged) == (1, True, True), said


@pytest.mark.parametrize("command", [["feeds"], ["watch"], ["serve"], ["update"]])
def test_as_a_process_of_its_own_it_says_no_more_than_that(
    tmp_path: Path, whole: bytes, command: list[str]
) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(with_schema(garbled_name)(bytearray(whole)))
    full = [sys.executable, "-m", "ingest", command[0], str(path)]
    ended = subprocess.run(full, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"Error: {path} is a damaged archive.") and ended.stderr.count("\n") == 1


@pytest.fixture(scope="module")
def with_wal(tmp_path_factory: pytest.TempPathFactory, whole: bytes) -> tuple[bytes, bytes]:
    """An archive and its WAL, as a process that was killed left them."""
    path = tmp_path_factory.mktemp("wal") / "archive.db"
    path.write_bytes(whole)
    script = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.executemany('INSERT INTO tags (name) VALUES (?)', [(f'tag {n}' * 20,) for n in range(50)]); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
    return path.read_bytes(), path.with_name("archive.db-wal").read_bytes()


@pytest.mark.parametrize("seed", range(SEED, SEED + 10))
def test_a_wal_that_is_damaged_ends_no_command_with_a_traceback(
    tmp_path: Path, with_wal: tuple[bytes, bytes], commands: list[list[str]], seed: int
) -> None:
    chance = random.Random(seed)
    archive, wal = with_wal
    at = chance.choice([0, 8, 32, chance.randrange(len(wal))])
    damaged = chance.choice(
        [wal[:at], wal[:at] + chance.randbytes(8) + wal[at + 8 :], wal[:at] + bytes(5000)]
    )
    for number, command in enumerate(commands):
        path = tmp_path / str(number) / "archive.db"
        path.parent.mkdir()
        path.write_bytes(archive)
        path.with_name("archive.db-wal").write_bytes(damaged)
        code, said = run(path, command)
        assert code in (0, 1, 3) and said and "Traceback" not in said, said


@pytest.mark.parametrize("seed", range(SEED, SEED + int(os.environ.get("DAMAGES", "25"))))
def test_damage_anywhere_ends_no_command_with_a_traceback(
    tmp_path: Path, whole: bytes, commands: list[list[str]], seed: int
) -> None:
    damaged = at_random(bytearray(whole), random.Random(seed))
    for number, command in enumerate(commands):
        path = tmp_path / str(number) / "archive.db"
        path.parent.mkdir()
        path.write_bytes(damaged)
        code, said = run(path, command)
        assert code in (0, 1, 3), said
        assert said and "Traceback" not in said
