"""Keeping documents: a record for each, the body once, and nothing saved where it cannot be written."""

import errno
import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.documents import keep as keeping
from ingest.archive.documents.read_back import document_body
from ingest.archive.file.errors import ArchiveError, DiskFull
from ingest.archive.file.opening import open_archive, transaction
from tests.ingest.archive.documents.independent_reader import check_rows, plain_records
from tests.ingest.archive.documents.received_here import (
    REQUEST,
    archive_with_feed,
    from_file,
    keep,
    polled,
    warc_files,
)
from tests.waiting import LONGEST


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    with closing(archive_with_feed(path)) as db:
        yield db


def kinds(path: Path) -> list[str]:
    return [record.kind for file in warc_files(path) for record in plain_records(file)]


def test_a_document_that_came_by_http_is_a_request_and_a_response(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>"))
    [file] = warc_files(path)
    info, request, response = plain_records(file)
    assert (info.kind, request.kind, response.kind) == ("warcinfo", "request", "response")
    assert request.block == REQUEST
    assert request.fields["WARC-Concurrent-To"] == response.fields["WARC-Record-ID"]
    assert response.body == b"<rss/>"
    assert check_rows(path) == [b"<rss/>"]


def test_a_file_is_a_resource(db: Database, path: Path) -> None:
    keep(db, from_file(b"<rss/>"))
    assert kinds(path) == ["warcinfo", "resource"]
    assert check_rows(path) == [b"<rss/>"]


def test_a_file_begins_with_the_number_of_its_archive(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>"))
    [file] = warc_files(path)
    [(number,)] = db.execute("SELECT value FROM settings WHERE name = 'archive_id'")
    info = plain_records(file)[0]
    assert f"isPartOf: {number}\r\n".encode() in info.block
    assert info.fields["WARC-Filename"] == file.name


def test_the_same_body_is_kept_once(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>", encoding="gzip"))
    keep(db, polled(b"<rss/>", at="2026-11-30T10:00:00Z", more=b"X-Served-By: b\r\n"))
    keep(db, from_file(b"<rss/>", at="2026-12-01T10:00:00Z"))
    assert kinds(path) == ["warcinfo", "request", "response", "request", "revisit", "revisit"]
    assert check_rows(path) == [b"<rss/>"] * 3
    revisit = plain_records(warc_files(path)[0])[4]
    assert b"X-Served-By: b\r\n" in revisit.block


def test_a_body_that_is_gone_is_written_again(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>"))
    [file] = warc_files(path)
    file.unlink()
    again = keep(db, polled(b"<rss/>", at="2026-11-30T10:00:00Z"))
    assert kinds(path) == ["warcinfo", "request", "response"]
    assert document_body(db.conn, path, again) == b"<rss/>"


def test_a_body_that_was_cut_off_is_written_again(db: Database, path: Path) -> None:
    keep(db, polled(os.urandom(1000)))
    body = document_body(db.conn, path, 1)
    [file] = warc_files(path)
    os.truncate(file, file.stat().st_size - 1)
    again = keep(db, polled(body, at="2026-11-30T10:00:00Z"))
    assert document_body(db.conn, path, again) == body
    assert document_body(db.conn, path, 1) == body
    assert len(warc_files(path)) == 2


def test_a_folder_that_is_gone_is_made_again(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>"))
    path.with_name("archive.warc").rename(path.with_name("elsewhere"))
    keep(db, polled(b"<rss></rss>"))
    assert kinds(path) == ["warcinfo", "request", "response"]


def test_without_bytes_the_document_is_noted_alone(db: Database, path: Path) -> None:
    keep(db, polled(b"<rss/>"), keep_bytes=False)
    assert db.execute("SELECT bytes, file, offset, length FROM documents").fetchall() == [
        (6, None, None, None)
    ]
    assert not path.with_name("archive.warc").exists()


def test_a_file_that_is_full_is_followed_by_another_whose_name_sorts_behind_it(
    db: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LARGEST_FILE", 2000)
    bodies = [os.urandom(1000) for _ in range(4)]
    for body in bodies:
        keep(db, polled(body))
    assert check_rows(path) == bodies
    names = [name for (name,) in db.execute("SELECT file FROM documents ORDER BY id")]
    assert names == sorted(set(names))


def test_documents_go_on_in_the_same_file_in_the_next_run(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    with closing(Database(path)) as other:
        keep(other, polled(b"2"))
    assert len(warc_files(path)) == 1
    assert check_rows(path) == [b"1", b"2"]


def test_files_have_the_permissions_of_the_archive(db: Database, path: Path) -> None:
    path.chmod(0o640)
    keep(db, polled(b"<rss/>"))
    [file] = warc_files(path)
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.parent.stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("plant", ["link", "pipe", "folder", "dangling link"])
def test_what_was_planted_in_the_place_of_the_last_file_is_left_alone(
    db: Database, path: Path, plant: str
) -> None:
    keep(db, polled(b"1"))
    [file] = warc_files(path)
    kept = file.rename(path.with_name("kept"))
    before = kept.read_bytes()
    if plant == "pipe":
        os.mkfifo(file)
    elif plant == "folder":
        file.mkdir()
    else:
        file.symlink_to(kept if plant == "link" else path.with_name("nothing"))
    keep(db, polled(b"2"))
    assert kept.read_bytes() == before
    assert not path.with_name("nothing").exists()
    assert document_body(db.conn, path, 2) == b"2"


def test_a_file_of_another_archive_is_not_written_to(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    db.execute("UPDATE settings SET value = 'another' WHERE name = 'archive_id'")
    [file] = warc_files(path)
    before = file.read_bytes()
    keep(db, polled(b"2"))
    assert file.read_bytes() == before
    assert len(warc_files(path)) == 2


def failing(number: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_full_disk_saves_nothing_and_leaves_nothing(
    db: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(db, polled(b"1"))
    [file] = warc_files(path)
    before = file.read_bytes()
    with (
        monkeypatch.context() as patch,
        pytest.raises(DiskFull, match="the disk is full .* run the command again"),
    ):
        patch.setattr(os, "fdatasync", failing(errno.ENOSPC))
        keep(db, polled(b"2"))
    assert file.read_bytes() == before
    keep(db, polled(b"2"))
    assert check_rows(path) == [b"1", b"2"]


def test_a_disk_that_fails_is_said(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fdatasync", failing(errno.EIO))
    with pytest.raises(ArchiveError, match="its disk reports an error"):
        keep(db, polled(b"1"))


@pytest.mark.skipif(sys.platform == "win32", reason="limits of the system")
def test_a_write_that_stops_in_the_middle_is_cut_off_again(db: Database, path: Path) -> None:
    """RLIMIT_FSIZE: the system writes as much as is allowed, and then refuses, as on a full disk."""
    keep(db, polled(b"1"))
    program = """
import resource, signal, sys
from pathlib import Path
from sqlite_utils import Database
from ingest.archive.file.errors import ArchiveError
from tests.ingest.archive.documents.received_here import keep, polled
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    keep(Database(sys.argv[1]), polled(__import__("os").urandom(300_000)))
except ArchiveError as error:
    print(error)
"""
    [file] = warc_files(path)
    before = file.read_bytes()
    ran = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert "File too large" in ran.stdout
    assert file.read_bytes() == before


def test_a_file_in_the_place_of_the_folder_is_said(db: Database, path: Path) -> None:
    path.with_name("archive.warc").write_text("mine")
    with pytest.raises(ArchiveError, match=r"archive\.warc is not a folder.*--keep-documents none"):
        keep(db, polled(b"1"))
    assert db.execute("SELECT count(*) FROM documents").fetchone() == (0,)


def test_what_a_rolled_back_transaction_left_is_taken_up_by_the_next(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    db.conn.execute("BEGIN")
    keep(db, polled(b"never saved"))
    db.conn.rollback()
    keep(db, polled(b"2"))
    assert check_rows(path) == [b"1", b"never saved", b"2"]


def test_a_link_to_an_archive_has_the_folder_of_the_archive(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    link = path.with_name("link.db")
    link.symlink_to(path)
    with closing(Database(link)) as other:
        keep(other, polled(b"2"))
        assert document_body(other.conn, link, 2) == b"2"
    assert check_rows(path) == [b"1", b"2"]


def test_nothing_refers_to_a_record_whose_body_is_another(db: Database, path: Path) -> None:
    keep(db, polled(b"the body"))
    [file] = warc_files(path)
    [_, _, response] = plain_records(file)
    data = file.read_bytes()
    other = gzip.compress(gzip.decompress(data[response.offset :]).replace(b"the body", b"the bodY"), mtime=0)
    file.write_bytes(data[: response.offset] + other)
    db.execute("UPDATE documents SET length = ?", [len(other)])
    keep(db, polled(b"the body", "2026-12-01T10:00:00Z"))
    assert document_body(db.conn, path, 2) == b"the body"


def test_a_last_file_that_is_missing_begins_one_file_more_and_no_other(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    [file] = warc_files(path)
    late = "feedsette-29991231235959-00007.warc.gz"
    file.rename(file.with_name(late))
    db.execute("UPDATE documents SET file = ?", [late])
    file.with_name(late).unlink()
    for number in range(2, 5):
        keep(db, polled(b"%d" % number))
    assert [one.name for one in warc_files(path)] == ["feedsette-29991231235959-00008.warc.gz"]


def test_a_file_is_read_once_for_all_documents_that_are_written_to_it(
    path: Path, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.close()
    with closing(open_archive(path)) as archive:
        keep(archive, polled(b"1"))
        monkeypatch.setattr(keeping, "open_last", failing(errno.EIO))
        keep(archive, polled(b"2"))
    assert check_rows(path) == [b"1", b"2"]


def test_a_file_that_another_has_replaced_is_opened_anew(path: Path, db: Database) -> None:
    db.close()
    with closing(open_archive(path)) as archive:
        keep(archive, polled(b"1"))
        [file] = warc_files(path)
        copy = file.with_name("copy")
        copy.write_bytes(file.read_bytes())
        copy.replace(file)
        keep(archive, polled(b"2"))
    assert check_rows(path) == [b"1", b"2"]


def test_a_document_is_on_the_disk_before_its_row_is_committed_and_saving_goes_on_meanwhile(
    path: Path, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.close()
    said, goes_on = [], threading.Event()

    def slow_disk(_: int) -> None:
        assert goes_on.wait(LONGEST)
        said.append("on the disk")

    monkeypatch.setattr(os, "fdatasync", slow_disk)
    with closing(open_archive(path)) as archive:
        archive.conn.set_trace_callback(lambda sql: said.append(sql) if sql == "COMMIT" else None)
        with transaction(archive):
            keep(archive, polled(b"1"))
            assert said == []
            goes_on.set()
        assert said == ["on the disk", "COMMIT"]


@pytest.mark.parametrize("fails_too", [False, True])
def test_what_an_archive_saves_is_undone_where_the_disk_does_not_take_the_document(
    path: Path, db: Database, monkeypatch: pytest.MonkeyPatch, fails_too: bool
) -> None:
    db.close()
    with closing(open_archive(path)) as archive:
        keep(archive, polled(b"1"))
        [file] = warc_files(path)
        before = file.read_bytes()
        with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError if fails_too else DiskFull):
            patch.setattr(os, "fdatasync", failing(errno.ENOSPC))
            with transaction(archive):
                keep(archive, polled(b"2"))
                if fails_too:
                    raise ZeroDivisionError
        assert file.read_bytes() == before
        keep(archive, polled(b"2"))
    assert check_rows(path) == [b"1", b"2"]
