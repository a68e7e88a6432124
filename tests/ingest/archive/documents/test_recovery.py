"""What a crash leaves is cut off; what an archive does not know is left alone, and said."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from ingest.archive.documents import keep as keeping
from ingest.archive.documents import recovery
from ingest.archive.documents.read_back import document_body
from ingest.archive.documents.recovery import tidy_documents
from ingest.archive.documents.warc import folder as folder_module
from ingest.cli.commands import main
from tests.ingest.archive.documents.independent_reader import check_rows
from tests.ingest.archive.documents.received_here import archive_with_feed, keep, polled, warc_files
from tests.ingest.documents_written_here import item, rss


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    with closing(archive_with_feed(path)) as db:
        yield db


def crash_after(db: Database, *bodies: bytes) -> None:
    """Bytes are written, and the transaction that names them is lost, as in a power failure."""
    db.conn.execute("BEGIN")
    for body in bodies:
        keep(db, polled(body))
    db.conn.rollback()


def state(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in warc_files(path)}


def test_where_all_is_well_nothing_is_read_or_written(
    db: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LARGEST_FILE", 1000)
    for number in range(5):
        keep(db, polled(os.urandom(500), at=f"2026-11-2{number}T10:00:00Z"))
    monkeypatch.setattr(recovery, "open_file", None)
    monkeypatch.setattr(recovery, "transaction", None)
    assert tidy_documents(db) == ()


def test_an_archive_without_documents_is_well(db: Database) -> None:
    assert tidy_documents(db) == ()


@pytest.mark.parametrize("cut", [1, 300, 700])
def test_what_a_crash_left_of_a_document_is_cut_off(db: Database, path: Path, cut: int) -> None:
    keep(db, polled(b"1"))
    before = state(path)
    crash_after(db, os.urandom(500))
    [file] = warc_files(path)
    os.truncate(file, file.stat().st_size - cut)
    assert tidy_documents(db) == ()
    assert state(path) == before


def test_zeros_that_a_power_failure_left_are_cut_off(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    before = state(path)
    [file] = warc_files(path)
    os.truncate(file, file.stat().st_size + 5000)
    assert tidy_documents(db) == ()
    assert state(path) == before


def test_a_file_that_was_begun_in_a_crash_is_removed(db: Database, path: Path) -> None:
    crash_after(db, b"1")
    [file] = warc_files(path)
    os.truncate(file, file.stat().st_size - 1)
    assert tidy_documents(db) == ()
    assert warc_files(path) == []


def test_a_file_that_was_being_made_is_removed(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    [file] = warc_files(path)
    shutil.copy(file, f"{file}.unfinished")
    file.with_name("mine.unfinished").write_text("not Feedsette's")
    assert tidy_documents(db) == ()
    assert [one.name for one in warc_files(path)] == [file.name, "mine.unfinished"]


def test_what_has_rows_elsewhere_is_cut_off_however_much_it_is(
    db: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pruning leaves a file that it has copied what stays of, when it is killed before it removes it."""
    for number in range(5):
        keep(db, polled(b"%d" % number))
    [file] = warc_files(path)
    copy = file.with_name(file.name.replace("-00001", "-00002"))
    shutil.copy(file, copy)
    assert tidy_documents(db) == ()
    assert warc_files(path) == [file]
    shutil.copy(file, copy)
    db.execute("UPDATE documents SET file = ? WHERE id > 2", [copy.name])
    db.execute("UPDATE documents SET file = NULL, offset = NULL, length = NULL WHERE id <= 2")
    assert tidy_documents(db) == ()
    assert warc_files(path) == [copy]


def test_what_was_missing_is_found_in_a_file_of_another_name(db: Database, path: Path) -> None:
    for number in range(5):
        keep(db, polled(b"%d" % number))
    [file] = warc_files(path)
    moved = file.rename(file.with_name(file.name.replace("-00001", "-00002")))
    [said] = tidy_documents(db)
    assert said == f"The bytes of 5 documents that were missing were found in {file.parent}."
    assert warc_files(path) == [moved]
    assert len(check_rows(path)) == 5


def test_a_file_of_another_archive_is_left_alone(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    with closing(archive_with_feed(path.with_name("other.db"))) as other:
        keep(other, polled(b"theirs", at="2026-11-30T10:00:00Z"))
    [theirs], [file] = warc_files(path.with_name("other.db")), warc_files(path)
    planted = Path(shutil.copy(theirs, file.with_name("feedsette-20200101000000-00001.warc.gz")))
    [said] = tidy_documents(db)
    assert said.startswith(f"{planted.name} in {file.parent} has documents that archive.db does not know")
    assert planted.read_bytes() == theirs.read_bytes()


def test_a_folder_that_is_missing_is_said(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    keep(db, polled(b"2"))
    folder = path.with_name("archive.warc")
    folder.rename(path.with_name("renamed"))
    [said] = tidy_documents(db)
    assert said.startswith(f"{folder} is missing, where the bytes of 2 documents are kept. Put it back")


def test_a_file_that_is_missing_or_cut_off_is_said(
    db: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LARGEST_FILE", 3000)
    for number in range(6):
        keep(db, polled(os.urandom(500) + b"%d" % number))
    first, second, *_ = warc_files(path)
    first.unlink()
    os.truncate(second, second.stat().st_size - 1)
    [(lost,)] = db.execute("SELECT count(*) + 1 FROM documents WHERE file = ?", [first.name])
    [said] = tidy_documents(db)
    assert said == (
        f"The bytes of {lost} documents are missing: {first.name}, {second.name} in {first.parent} are missing or cut "
        f"off. Put the folder back from a backup. They are of A blog ({lost})."
    )


def test_the_end_of_each_file_is_found_by_the_index(db: Database) -> None:
    plan = [row[-1] for row in db.execute(f"EXPLAIN QUERY PLAN {folder_module._ENDS}")]
    assert not [step for step in plan if step == "SCAN documents"]


def test_whoever_may_not_write_to_the_folder_is_told(
    db: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    keep(db, polled(b"1"))
    [file] = warc_files(path)
    file.write_bytes(file.read_bytes() + b"torn")
    monkeypatch.setattr(os, "truncate", lambda path, _: refuse(path))
    [said] = tidy_documents(db)
    assert "cannot be read or written to: Permission denied. Check its permissions." in said


@pytest.mark.parametrize("command", ["update", "import", "add"])
def test_commands_that_write_say_what_is_missing_and_go_on(
    db: Database, path: Path, command: str, tmp_path: Path
) -> None:
    keep(db, polled(b"1"))
    db.execute("UPDATE feeds SET state = 'paused'")
    path.with_name("archive.warc").rename(path.with_name("renamed"))
    document = tmp_path / "feed.xml"
    document.write_bytes(rss(item("1"), url="https://other.example/feed.xml"))
    ran = CliRunner().invoke(main, [command, str(path), *([str(document)] if command != "update" else [])])
    folder = path.with_name("archive.warc")
    assert ran.stderr.startswith(f"{folder} is missing, where the bytes of 1 document are kept.")
    assert ran.exit_code == 0


def test_a_file_that_was_moved_and_linked_is_there_but_never_cut(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    [file] = warc_files(path)
    moved = file.rename(path.with_name("on another disk"))
    file.symlink_to(moved)
    assert tidy_documents(db) == ()
    moved.write_bytes(moved.read_bytes() + b"more")
    before = moved.read_bytes()
    tidy_documents(db)
    assert moved.read_bytes() == before
    assert document_body(db.conn, path, 1) == b"1"
