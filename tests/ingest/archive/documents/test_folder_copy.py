"""A backup has the bytes of all documents that it names, also while they are kept and freed."""

import multiprocessing
import os
import random
import shutil
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from ingest.archive.documents import folder_copy
from ingest.archive.documents import keep as keeping
from ingest.archive.documents.bounds import set_bounds
from ingest.archive.documents.pruning.free import free_bytes
from ingest.archive.documents.pruning.stored import document_rows, prune_plan
from ingest.archive.documents.read_back import document_body
from ingest.archive.documents.recovery import tidy_documents
from ingest.archive.documents.warc.folder import warc_folder
from ingest.archive.file import backup
from ingest.archive.file.backup import back_up
from ingest.archive.file.errors import ArchiveError
from ingest.archive.file.opening import open_archive
from ingest.cli.commands import main
from tests.ingest.archive.documents.kept import check_bytes, keep
from tests.ingest.values import NOW

URL = "https://example.org/feed"
processes = multiprocessing.get_context("fork")


@pytest.fixture
def archive(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four documents in two files."""
    monkeypatch.setattr(keeping, "LARGEST_FILE", 5_500)
    for day in range(4):
        keep(db, URL, day, random.Random(day).randbytes(1000))
    return tmp_path / "archive.db"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies" / "archive.db"


def names(archive: Path) -> list[str]:
    return sorted(path.name for path in warc_folder(archive).iterdir())


def run_backup(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["backup", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result


def test_a_backup_has_the_bytes_of_its_documents(archive: Path, copy: Path) -> None:
    made = back_up(archive, copy)
    size = sum(path.stat().st_size for path in warc_folder(archive).iterdir())
    assert (made.documents, made.document_bytes, made.missing) == (4, size, ())
    assert len(names(copy)) == 2 and check_bytes(copy) == 4


def test_a_restored_backup_is_whole_and_goes_on(archive: Path, copy: Path, tmp_path: Path) -> None:
    back_up(archive, copy)
    shutil.rmtree(warc_folder(archive))
    archive.unlink()
    back_up(copy, tmp_path / "restored.db")
    assert check_bytes(tmp_path / "restored.db") == 4
    with closing(open_archive(tmp_path / "restored.db")) as db:
        keep(db, URL, 5, b"later")
    assert check_bytes(tmp_path / "restored.db") == 5


def test_the_command_says_how_many(archive: Path, copy: Path) -> None:
    assert run_backup(archive, copy).stdout.endswith(", checked, with 4 documents (8 kB)\n")


def test_documents_can_be_left_out(archive: Path, copy: Path) -> None:
    assert run_backup("--without-documents", archive, copy).stdout.endswith(", checked\n")
    assert not warc_folder(copy).exists()


def test_an_archive_without_documents_makes_no_folder(tmp_path: Path, copy: Path) -> None:
    open_archive(tmp_path / "empty.db", create=True).close()
    back_up(tmp_path / "empty.db", copy)
    assert not warc_folder(copy).exists()


def test_only_what_grew_is_copied_again(db: Database, archive: Path, copy: Path) -> None:
    back_up(archive, copy)
    before = {path.name: path.stat().st_ino for path in warc_folder(copy).iterdir()}
    keep(db, URL, 5, b"later")
    back_up(archive, copy)
    after = {path.name: path.stat().st_ino for path in warc_folder(copy).iterdir()}
    first, last = sorted(before)
    assert after[first] == before[first] and after[last] != before[last]
    assert check_bytes(copy) == 5


def test_what_was_freed_goes_from_the_backup_too(db: Database, archive: Path, copy: Path) -> None:
    back_up(archive, copy)
    set_bounds(db, None, "0")
    list(free_bytes(db, prune_plan(db).documents, NOW))
    back_up(archive, copy)
    assert names(copy) == names(archive) and check_bytes(copy) == 1


def test_what_is_not_the_archive_s_stays_in_the_folder(archive: Path, copy: Path, tmp_path: Path) -> None:
    with closing(open_archive(tmp_path / "other.db", create=True)) as db:
        keep(db, URL, 1, b"another's")
    [others] = warc_folder(tmp_path / "other.db").iterdir()
    warc_folder(copy).mkdir()
    (warc_folder(copy) / "notes.txt").touch()
    shutil.copy(others, warc_folder(copy) / "feedsette-19990101000000-00001.warc.gz")
    back_up(archive, copy)
    assert {"notes.txt", "feedsette-19990101000000-00001.warc.gz"} < set(names(copy))


def test_another_archive_s_file_is_not_written_over(archive: Path, copy: Path, tmp_path: Path) -> None:
    with closing(open_archive(tmp_path / "other.db", create=True)) as db:
        keep(db, URL, 1, b"another's")
    [others] = warc_folder(tmp_path / "other.db").iterdir()
    warc_folder(copy).mkdir()
    shutil.copy(others, warc_folder(copy) / names(archive)[0])
    with pytest.raises(ArchiveError, match="is of another archive. Name another place"):
        back_up(archive, copy)
    assert not copy.exists()


def test_the_archive_s_own_folder_is_not_taken_for_that_of_its_copy(archive: Path) -> None:
    with pytest.raises(ArchiveError, match="has the documents of the archive itself"):
        back_up(archive, archive.with_suffix(""))
    assert check_bytes(archive) == 4


def test_a_missing_file_is_named_and_the_rest_copied(archive: Path, copy: Path) -> None:
    gone = names(archive)[0]
    (warc_folder(archive) / gone).unlink()
    result = run_backup(archive, copy, code=3)
    assert (
        f"{warc_folder(archive) / gone}: it is missing or cut off, and so are its documents" in result.stderr
    )
    assert "with 2 documents (4 kB)" in result.stdout
    assert names(copy) == names(archive)


def test_a_whole_copy_is_not_replaced_by_one_that_was_cut_off_since(archive: Path, copy: Path) -> None:
    back_up(archive, copy)
    os.truncate(warc_folder(archive) / names(archive)[0], 100)
    ran = run_backup(archive, copy, code=3)
    assert "it is missing or cut off. The backup has its documents from before (2 documents of " in ran.stderr
    assert "with 4 documents" in ran.stdout
    assert check_bytes(copy) == 4


def test_the_sound_documents_of_a_file_that_was_cut_off_are_copied(archive: Path, copy: Path) -> None:
    cut = warc_folder(archive) / names(archive)[0]
    os.truncate(cut, cut.stat().st_size - 1)
    ran = run_backup(archive, copy, code=3)
    assert f"and so are its documents in the backup: 1 document of {URL} (1)." in ran.stderr
    assert "with 3 documents" in ran.stdout
    shutil.rmtree(warc_folder(archive))
    with closing(open_archive(copy)) as db:
        assert len(document_body(db.conn, copy, 1)) == 1000


def test_a_record_that_is_damaged_is_named(archive: Path, copy: Path) -> None:
    path = warc_folder(archive) / names(archive)[0]
    data = bytearray(path.read_bytes())
    data[-200] ^= 1
    path.write_bytes(data)
    ran = run_backup(archive, copy, code=3)
    assert (
        f"{path}: it is damaged, and so are its documents in the backup: 1 document of {URL} (1)."
        in ran.stderr
    )
    assert "with 3 documents" in ran.stdout


@pytest.mark.parametrize("end", ["done", "refused", "killed"])
def test_an_older_archive_that_is_put_back_harms_no_newer_document(
    db: Database, archive: Path, copy: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    back_up(archive, copy)
    for day in range(4, 9):
        keep(db, URL, day, random.Random(day).randbytes(1000))
    before = {path.name: path.read_bytes() for path in warc_folder(archive).iterdir()}
    if end == "refused":
        with pytest.raises(ArchiveError, match="is in use by another program"):
            back_up(copy, archive)
    db.close()
    if end == "killed":
        monkeypatch.setattr(backup, "_draft", lambda *_: sys.exit(9))
        with pytest.raises(SystemExit):
            back_up(copy, archive)
    if end == "done":
        back_up(copy, archive)
    assert {path.name: path.read_bytes() for path in warc_folder(archive).iterdir()} == before
    if end == "done":
        with closing(open_archive(archive)) as restored:
            [said] = tidy_documents(restored)
        assert said.startswith("5 documents that archive.db did not know were taken up")
        assert check_bytes(archive) == 9


def test_other_documents_in_a_file_of_that_name_are_not_written_over(
    db: Database, archive: Path, copy: Path, tmp_path: Path
) -> None:
    """Two copies of an archive that both went on."""
    back_up(archive, copy)
    back_up(archive, tmp_path / "other.db")
    for path, body in ((archive, b"one"), (tmp_path / "other.db", b"another")):
        with closing(open_archive(path)) as one:
            keep(one, URL, 5, body)
    back_up(archive, copy)
    there = {path.name: path.read_bytes() for path in warc_folder(copy).iterdir()}
    with pytest.raises(ArchiveError, match="has other documents than the file of that name"):
        back_up(tmp_path / "other.db", copy)
    assert {path.name: path.read_bytes() for path in warc_folder(copy).iterdir()} == there


def test_a_file_that_is_written_anew_meanwhile_is_copied_under_its_new_name(
    db: Database, archive: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, calls = folder_copy._extend, []

    def free_and_copy(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 3:  # of the second time, which is in the transaction
            with closing(open_archive(archive)) as other:
                list(free_bytes(other, document_rows(other)[:1], NOW))
        plain(*arguments)

    monkeypatch.setattr(folder_copy, "_extend", free_and_copy)
    monkeypatch.setattr(folder_copy, "_is_there", lambda *_: False)
    assert back_up(archive, copy).missing == ()
    assert names(copy) == names(archive) and check_bytes(copy) == 3


def test_a_disk_without_room_leaves_the_older_backup(
    db: Database, archive: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(archive, copy)
    keep(db, URL, 5, b"later")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_copy.os, "fsync", full)
    with pytest.raises(ArchiveError, match=r"archive.warc was not made: its disk is full"):
        back_up(archive, copy)
    monkeypatch.undo()
    assert check_bytes(copy) == 4


def test_a_copy_is_no_more_open_to_others_than_the_archive(archive: Path, copy: Path) -> None:
    warc_folder(archive).chmod(0o700)
    for path in warc_folder(archive).iterdir():
        path.chmod(0o600)
    back_up(archive, copy)
    assert {path.stat().st_mode & 0o777 for path in warc_folder(copy).iterdir()} == {0o600}
    assert warc_folder(copy).stat().st_mode & 0o777 == 0o700


def keep_and_free_on(archive: Path) -> None:
    with closing(open_archive(archive)) as db:
        set_bounds(db, None, "9kB")
        for day in range(100_000):
            keep(db, URL, day % 300, os.urandom(1000))
            if day % 3 == 0:
                list(free_bytes(db, prune_plan(db).documents, NOW))


def test_each_backup_is_whole_while_documents_are_kept_and_freed(archive: Path, copy: Path) -> None:
    worker = processes.Process(target=keep_and_free_on, args=(archive,))
    worker.start()
    try:
        for _ in range(5):
            made = back_up(archive, copy)
            assert made.missing == () and check_bytes(copy) == made.documents
        assert worker.is_alive()
    finally:
        worker.kill()
        worker.join()
