"""What is kept is read and compared with what was received; what is damaged or missing is told, and nothing else."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.documents import checking
from ingest.archive.documents import keep as keeping
from ingest.archive.documents.checking import CheckedDocument, checked_documents, kept_documents
from ingest.archive.documents.pruning.free import free_bytes
from ingest.archive.documents.pruning.stored import document_rows
from ingest.archive.documents.warc.folder import warc_folder
from tests.ingest.archive.documents.kept import keep
from tests.ingest.values import NOW

URL, OTHER = "https://example.org/feed", "https://other.example.org/feed"


@pytest.fixture
def archive(db: Database, tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def check(db: Database, archive: Path, feeds: Sequence[int] = ()) -> list[CheckedDocument]:
    return list(checked_documents(db.conn, archive, kept_documents(db.conn, feeds)))


def wrong(db: Database, archive: Path) -> dict[int, str]:
    return {one.id: one.why for one in check(db, archive) if one.why}


def spoil(archive: Path, place: int) -> None:
    [file] = warc_folder(archive).iterdir()
    data = bytearray(file.read_bytes())
    data[place] ^= 255
    file.write_bytes(data)


def test_what_is_as_it_came_is_sound(db: Database, archive: Path) -> None:
    ids = [
        keep(db, URL, 1, b"one"),
        keep(db, OTHER, 2, b"one"),
        keep(db, URL, 3, b""),
        keep(db, OTHER, 4, b"x"),
    ]
    assert [(one.id, one.feed, one.why) for one in check(db, archive)] == [
        (ids[0], URL, None), (ids[1], OTHER, None), (ids[2], URL, None), (ids[3], OTHER, None)
    ]  # fmt: skip
    assert [one.id for one in check(db, archive, [2])] == [ids[1], ids[3]]


def test_any_byte_of_a_record_that_changes_is_seen(db: Database, archive: Path) -> None:
    keep(db, URL, 1, b"one" * 100)
    second = keep(db, URL, 2, random.Random(1).randbytes(300))
    keep(db, URL, 3, b"three")
    [(begin, end)] = db.execute("SELECT offset, offset + length FROM documents WHERE id = ?", (second,))
    ignored = range(begin + 3, begin + 10)  # flags, time and system of the gzip member, which say nothing
    for place in range(begin, end):
        spoil(archive, place)
        found = wrong(db, archive)
        spoil(archive, place)
        assert list(found) == [second] or (place in ignored and not set(found) - {second}), place


def test_a_row_that_points_to_another_document_is_told(db: Database, archive: Path) -> None:
    keep(db, URL, 1, b"one")
    second = keep(db, URL, 2, b"two")
    [(offset, length)] = db.execute("SELECT offset, length FROM documents WHERE id = 1")
    db.execute("UPDATE documents SET offset = ?, length = ? WHERE id = ?", (offset, length, second))
    db.conn.commit()
    assert "another document is in its place" in wrong(db, archive)[second]


def test_what_refers_to_a_body_that_is_gone_is_told(
    db: Database, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LARGEST_FILE", 1)
    first, second = keep(db, URL, 1, b"one" * 500), keep(db, OTHER, 2, b"one" * 500)
    min(warc_folder(archive).iterdir()).unlink()
    assert [(one.id, one.is_missing) for one in check(db, archive) if one.why] == [
        (first, True),
        (second, False),
    ]


def test_a_document_of_a_deleted_feed_is_named_so(db: Database, archive: Path) -> None:
    keep(db, URL, 1, b"one")
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DELETE FROM feeds")
    assert [one.feed for one in check(db, archive)] == ["a feed that was deleted"]


def test_a_name_that_is_none_of_ours_is_not_opened(db: Database, archive: Path) -> None:
    keep(db, URL, 1, b"one")
    db.execute("UPDATE documents SET file = '../archive.db'")
    db.conn.commit()
    assert [(one.why, one.is_missing) for one in check(db, archive)] == [
        ("../archive.db in archive.warc is missing.", True)
    ]


def test_what_is_written_anew_or_freed_meanwhile_is_not_damaged(
    db: Database, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [keep(db, URL, day, b"%d" % day) for day in range(4)]

    def free_and_read(*place: object) -> str:
        monkeypatch.undo()
        list(free_bytes(db, [one for one in document_rows(db) if one.id in ids[:2]], NOW))
        raise checking.RecordDamaged("it is gone")

    monkeypatch.setattr(checking, "check_record", free_and_read)
    assert [(one.id, one.why) for one in check(db, archive)] == [(ids[2], None), (ids[3], None)]
