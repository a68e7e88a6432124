"""Whole documents that no row names are taken up, and each is read once."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from ingest.archive.documents import keep as keeping
from ingest.archive.documents.keep import keep_document
from ingest.archive.documents.recovery import tidy_documents
from ingest.archive.documents.warc.pack import pack
from ingest.archive.file.opening import transaction
from ingest.base.models import READER, ReceivedDocument
from ingest.cli.commands import main
from tests.bench.killed_scenarios import write_crawl
from tests.ingest.archive.documents.independent_reader import check_rows
from tests.ingest.archive.documents.received_here import (
    AT,
    URL,
    archive_with_feed,
    from_file,
    keep,
    polled,
    warc_files,
)
from tests.ingest.documents_written_here import item, rss
from tests.ingest.imports.importing_here import take_in

LATER, LAST = "2026-11-30T10:00:00Z", "2026-12-01T10:00:00Z"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    with closing(archive_with_feed(path)) as db:
        yield db


def lose(db: Database, *documents: ReceivedDocument, feed_url: str = URL) -> None:
    """They are written, and the transaction that names them is lost."""
    db.conn.execute("BEGIN")
    for document in documents:
        keep_document(db, 1, pack(document, feed_url), None)
    db.conn.rollback()


def run(command: str, path: Path, *arguments: object) -> Result:
    ran = CliRunner().invoke(main, [command, str(path), *map(str, arguments)])
    assert ran.exit_code == 0, ran.output
    return ran


def test_a_whole_document_that_a_crash_left_is_taken_up_once(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    lose(db, polled(b"2", LATER, encoding="gzip"))
    assert tidy_documents(db) == (
        "1 document that archive.db did not know was taken up from archive.warc: "
        f"`feedsette reparse {path}` reads it.",
    )
    assert tidy_documents(db) == ()
    columns = "feed, at, sha256, bytes, content_type, url, final_url, came, name, reader, reading, error"
    assert [tuple(row.values()) for row in db.query(f"SELECT {columns} FROM documents WHERE id = 2")] == [  # noqa: S608
        (
            1,
            LATER,
            hashlib.sha256(b"2").hexdigest(),
            1,
            "application/rss+xml",
            URL,
            URL,
            "poll",
            None,
            0,
            None,
            None,
        )
    ]
    assert check_rows(path) == [b"1", b"2"]


def test_an_older_archive_takes_up_what_a_newer_folder_has(
    db: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LARGEST_FILE", 3000)
    keep(db, polled(b"1"))
    shutil.copy(path, path.with_name("older.db"))
    for number in range(5):
        keep(db, polled(b"%d" % (number % 3), f"2026-12-0{number + 1}T10:00:00Z"))  # some of them revisits
    before = check_rows(path)
    path.with_name("older.db").replace(path)
    with closing(Database(path)) as restored:
        [said] = tidy_documents(restored)
        assert said.startswith("5 documents that archive.db did not know were taken up from archive.warc")
    assert sorted(check_rows(path)) == sorted(before)


def test_what_is_whole_before_torn_bytes_is_taken_up(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    lose(db, polled(b"2", LATER), polled(os.urandom(500), LAST))
    [file] = warc_files(path)
    os.truncate(file, file.stat().st_size - 100)
    assert len(tidy_documents(db)) == 1
    assert check_rows(path) == [b"1", b"2"]


def test_how_it_came_and_its_name_are_kept(db: Database) -> None:
    keep(db, polled(b"1"))
    lose(db, ReceivedDocument(b"2", LATER, URL, "push"), from_file(b"3", LAST, "a b.xml"))
    tidy_documents(db)
    rows = db.execute("SELECT came, name, content_type FROM documents WHERE id > 1 ORDER BY at").fetchall()
    assert rows == [("push", None, None), ("import", "a b.xml", None)]


def test_a_feed_that_is_missing_is_inserted_as_paused(db: Database) -> None:
    keep(db, polled(b"1"))
    lose(db, polled(b"2", LATER), feed_url="https://new.example/feed")
    tidy_documents(db)
    assert db.execute("SELECT url, state, added FROM feeds WHERE id = 2").fetchall() == [
        ("https://new.example/feed", "paused", LATER)
    ]


def of_file(path: str) -> str:
    return f"file:///feed.xml#{hashlib.sha256(path.encode()).hexdigest()[:12]}"


def test_the_feed_of_a_file_is_found_by_the_hash_of_its_address(db: Database) -> None:
    keep(db, polled(b"1"))
    with transaction(db):
        db.execute("INSERT INTO feeds (id, url, added) VALUES (2, 'file:///a/feed.xml', ?)", (AT,))
        db.execute("INSERT INTO feeds (id, url, added) VALUES (3, 'file:///b/feed.xml', ?)", (AT,))
    lose(db, from_file(b"2", LATER), feed_url=of_file("file:///b/feed.xml"))
    tidy_documents(db)
    assert db.execute("SELECT feed FROM documents WHERE id = 2").fetchone() == (3,)


@pytest.mark.parametrize("count", [1, 2])
def test_documents_of_a_file_without_feed_are_taken_up_with_its_feed(
    db: Database, path: Path, count: int
) -> None:
    keep(db, polled(b"1"))
    lost = [from_file(b"2", LATER), from_file(b"3", LAST)][:count]
    lose(db, *lost, feed_url=of_file("file:///b/feed.xml"))
    [said] = tidy_documents(db)
    assert said.startswith(f"{count} document")
    feeds = db.execute("SELECT url, state FROM feeds WHERE id > 1").fetchall()
    assert feeds == [(of_file("file:///b/feed.xml"), "paused")]
    assert db.execute("SELECT feed FROM documents WHERE id > 1").fetchall() == [(2,)] * count


def test_the_file_that_is_imported_again_comes_to_the_feed_that_was_taken_up(
    db: Database, path: Path
) -> None:
    file = path.with_name("feed.xml")
    file.write_bytes(rss(item("1"), url=None))
    take_in(db, file)
    feeds = [url for (url,) in db.execute("SELECT url FROM feeds ORDER BY id")]
    with transaction(db):
        db.execute("DELETE FROM feeds WHERE id > 1")
        db.execute("DELETE FROM documents")  # as in an older archive beside the newer folder
    tidy_documents(db)
    [taken] = take_in(db, file)
    assert (taken.known, taken.saved and taken.saved.new) == (False, 1)
    assert [url for (url,) in db.execute("SELECT url FROM feeds ORDER BY id")] == feeds
    assert db.execute("SELECT count(*), count(DISTINCT sha256) FROM documents").fetchone() == (1, 1)


def test_documents_of_a_deleted_feed_stay_known_and_reachable(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    db.execute("PRAGMA foreign_keys = ON")
    with transaction(db):
        db.execute("DELETE FROM feeds")
        db.execute("INSERT INTO feeds (id, url, added) VALUES (1, 'https://another.example/', ?)", (AT,))
    lose(db, polled(b"1"))
    assert db.execute("SELECT feed FROM documents").fetchall() == [(None,)]
    assert tidy_documents(db) == ()
    assert check_rows(path) == [b"1"]


def test_bytes_that_came_again_before_they_are_taken_up_are_kept_once(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    lose(db, polled(b"2", LATER))
    assert keep(db, polled(b"2", LAST)) == 2
    assert db.execute("SELECT at, reading FROM documents WHERE id = 2").fetchall() == [(LATER, "reading")]
    assert check_rows(path) == [b"1", b"2"]


def test_reparse_reads_what_was_taken_up_as_of_its_time(db: Database, path: Path) -> None:
    keep(db, polled(b"1"))
    lose(db, polled(rss(item("1")), LATER))
    assert "was taken up" in run("reparse", path).stderr
    assert db.execute("SELECT guid, first_seen FROM entries").fetchall() == [("1", LATER)]
    assert db.execute("SELECT reader FROM documents WHERE id = 2").fetchone() == (READER,)


def test_an_import_reads_what_a_killed_one_left_with_its_row(
    db: Database, path: Path, tmp_path: Path
) -> None:
    url, body = "https://own.example/feed", rss(item("1"), url="https://own.example/feed")
    file = tmp_path / "feed.xml"
    file.write_bytes(body)
    keep(db, polled(b"1"))
    lose(db, from_file(body, LATER), feed_url=url)
    run("import", path, file)
    run("import", path, file)
    assert db.execute("SELECT count(*), max(reader) FROM documents").fetchone() == (2, READER)
    assert db.execute("SELECT guid, first_seen FROM entries").fetchall() == [("1", LATER)]


def test_what_lies_between_two_readings_is_no_other_reading_of_theirs(
    db: Database, path: Path, tmp_path: Path
) -> None:
    url = "https://crawled.example/feed"
    bodies = {1: rss(item("1", "One.")), 3: rss(item("1", "One."), item("2"))}
    write_crawl(tmp_path / "crawl.warc.gz", 1, bodies)
    run("import", path, tmp_path / "crawl.warc.gz")
    lose(db, polled(rss(item("1", "Two.")), "2000-02-02T12:00:00Z", url=url), feed_url=url)
    run("reparse", path)
    assert db.execute("SELECT count(*) FROM revisions WHERE kind = 'reading'").fetchone() == (0,)
    assert db.execute("SELECT text FROM contents WHERE entry = 1").fetchall() == [("One.",)]
