"""Bytes that come again are kept where the row that has them lacks them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from ingest.archive.documents.again import known_or_new, needs_bytes
from ingest.archive.documents.bounds import set_bounds
from ingest.archive.documents.read_back import document_body
from ingest.archive.documents.warc.pack import pack
from ingest.archive.file.opening import open_archive, transaction
from ingest.cli.commands import main
from tests.ingest.archive.documents.received_here import (
    URL,
    archive_with_feed,
    keep,
    polled,
    warc_files,
)
from tests.ingest.documents_written_here import item, rss
from tests.server import Asked, Reply, Server

LATER = "2026-11-30T10:00:00Z"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    with closing(archive_with_feed(path)) as db:
        yield db


def again(db: Database, body: bytes, at: str = LATER) -> object:
    with transaction(db):
        return known_or_new(db, 1, pack(polled(body, at), URL))


def run(command: str, path: Path, *arguments: object) -> None:
    ran = CliRunner().invoke(main, [command, str(path), *map(str, arguments)])
    assert ran.exit_code == 0, ran.output


def test_a_document_that_is_there_needs_no_bytes(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    before = warc_files(path)[0].read_bytes()
    assert not needs_bytes(db, 1)
    assert again(db, b"1") == 1
    assert warc_files(path)[0].read_bytes() == before


@pytest.mark.parametrize("how", ["missing", "never kept"])
def test_the_last_document_gets_its_bytes_when_they_come_again(db: Database, path: Path, how: str) -> None:
    keep(db, polled(b"1"), keep_bytes=how == "missing")
    for file in warc_files(path):
        file.unlink()
    assert needs_bytes(db, 1)
    assert again(db, b"1") == 1
    assert document_body(db.conn, path, 1) == b"1"
    assert not needs_bytes(db, 1)


def test_a_missing_body_that_another_refers_to_is_given_back_to_its_row(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    keep(db, polled(b"2", "2026-11-29T11:00:00Z"))
    keep(db, polled(b"1", "2026-11-29T12:00:00Z"))
    db.execute("UPDATE documents SET file = 'feedsette-20200101000000-00001.warc.gz' WHERE id = 1")
    assert again(db, b"1") == 3
    assert document_body(db.conn, path, 1) == document_body(db.conn, path, 3) == b"1"


def test_where_none_are_kept_rows_need_none(db: Database) -> None:
    keep(db, polled(b"1"), keep_bytes=False)
    set_bounds(db, "none", None)
    assert not needs_bytes(db, 1)


def test_a_document_that_was_freed_and_is_not_the_last_needs_none(db: Database) -> None:
    keep(db, polled(b"1"), keep_bytes=False)
    keep(db, polled(b"2", LATER))
    assert not needs_bytes(db, 1)


def test_an_import_gives_missing_bytes_back_and_reads_nothing(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(rss(item("1"), url="https://own.example/feed"))
    run("import", path, file)
    [warc] = warc_files(path)
    warc.unlink()
    run("import", path, file)
    with closing(open_archive(path)) as db:
        assert document_body(db.conn, path, 1) == file.read_bytes()
        assert db.execute("SELECT count(*) FROM documents").fetchone() == (1,)


def test_a_poll_asks_for_missing_bytes_and_keeps_them(path: Path, server: Server) -> None:
    body = rss(item("1"), url=None)

    def feed(asked: Asked) -> Reply:
        if "if-none-match" in {name.lower() for name in asked.headers}:
            return Reply(304)
        return Reply(body=body, headers={"ETag": '"1"'})

    run("add", path, "--allow-private", server.on("/feed", feed))
    [warc] = warc_files(path)
    warc.unlink()
    run("update", path, "--all")
    with closing(open_archive(path)) as db:
        assert document_body(db.conn, path, 1) == body
        statuses = [status for (status,) in db.execute("SELECT status FROM polls ORDER BY id")]
        assert statuses == [200, 200]
        assert db.execute("SELECT document FROM polls ORDER BY id").fetchall() == [(1,), (1,)]
        assert db.execute("SELECT count(*) FROM documents").fetchone() == (1,)
    run("update", path, "--all")
    with closing(open_archive(path)) as db:
        assert db.execute("SELECT max(status) FROM polls WHERE id = 3").fetchone() == (304,)
