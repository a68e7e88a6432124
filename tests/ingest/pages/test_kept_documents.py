import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.archive.documents.keep import keep_document
from ingest.archive.documents.warc.folder import folder_of
from ingest.archive.documents.warc.pack import pack
from ingest.base.models import ReceivedDocument
from ingest.pages.kept_documents import KeptDocuments, load_kept_documents
from tests.empty_archive import empty_archive
from tests.ingest.pages.archives import add_feed
from tests.ingest.pages.kept import AT, BODIES, PRUNED, archive_of_documents

ALL_KEPT = [number for number in BODIES if number != PRUNED]
SIZES = sum(len(BODIES[number]) for number in ALL_KEPT)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(archive_of_documents(tmp_path / "archive.db"))) as connection:
        yield connection


def test_of_a_feed_the_documents_are_counted_with_those_that_are_kept_and_their_sizes(
    kept: sqlite3.Connection,
) -> None:
    counted = load_kept_documents(kept, 1)
    [(on_disk,)] = kept.execute("SELECT sum(length) FROM documents")
    assert counted == KeptDocuments(4, 3, SIZES, on_disk, AT[1], missing=0) and on_disk > 0
    assert load_kept_documents(kept, 99).received == 0


def test_they_are_counted_by_the_index_alone(kept: sqlite3.Connection) -> None:
    asked: list[str] = []
    kept.set_trace_callback(asked.append)
    load_kept_documents(kept, 1)
    kept.set_trace_callback(None)
    plans = [str(kept.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()) for sql in asked if "documents" in sql]
    assert any("COVERING INDEX documents_feed_at" in plan for plan in plans)
    assert not [plan for plan in plans if "SCAN documents" in plan]


def test_where_the_folder_is_away_they_are_missing(kept: sqlite3.Connection, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "archive.warc")
    assert load_kept_documents(kept, 1) == KeptDocuments(4, 0, 0, 0, AT[1], missing=3)


def test_where_a_file_was_cut_off_those_behind_the_cut_are_missing(
    kept: sqlite3.Connection, tmp_path: Path
) -> None:
    [file] = (tmp_path / "archive.warc").iterdir()
    [(end,)] = kept.execute("SELECT offset + length FROM documents WHERE id = 2")
    with file.open("r+b") as opened:
        opened.truncate(end)
    counted = load_kept_documents(kept, 1)
    assert (counted.kept, counted.missing, counted.size) == (2, 1, len(BODIES[1]) + len(BODIES[2]))


def test_a_document_whose_body_stands_in_a_file_that_is_away_is_missing(tmp_path: Path) -> None:
    db = empty_archive(tmp_path / "archive.db")
    body, url = b"<rss>" + bytes(range(256)) * 40, "https://example.org/1.xml"
    with db.atomic():
        for feed in (1, 2):
            add_feed(db, feed, "Tides")
            keep_document(db, feed, pack(ReceivedDocument(body, AT[feed], url, came="poll"), url), "")
        first, *_ = folder_of(db).iterdir()
        db.execute("UPDATE documents SET file = replace(file, '-00001.', '-00002.') WHERE id = 2")
    shutil.copy(
        first, first.with_name(first.name.replace("-00001.", "-00002."))
    )  # as if begun for the second
    first.unlink()
    assert [load_kept_documents(db.conn, feed).missing for feed in (1, 2)] == [1, 1]
    db.close()


@pytest.mark.parametrize("odd", ["../archive.db", b"\xff", 5, ""])
def test_a_name_that_another_program_wrote_is_no_file_of_the_folder(
    kept: sqlite3.Connection, odd: object
) -> None:
    kept.execute("UPDATE documents SET file = ? WHERE id = 3", [odd])
    assert load_kept_documents(kept, 1).kept >= 2


def test_an_archive_of_a_release_that_kept_none_has_none() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        assert load_kept_documents(connection, 1).received == 0
