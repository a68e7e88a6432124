"""The bytes of documents are freed: others stay as they are, wherever a process is killed."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from ingest.archive.documents import keep as keeping
from ingest.archive.documents import read_back
from ingest.archive.documents.bounds import set_bounds
from ingest.archive.documents.pruning import free
from ingest.archive.documents.pruning.free import FreedFile, free_bytes
from ingest.archive.documents.pruning.stored import document_rows, prune_plan
from ingest.archive.documents.read_back import document_body
from ingest.archive.documents.recovery import tidy_documents
from ingest.archive.documents.warc.folder import warc_folder
from ingest.archive.file.opening import open_archive
from tests.ingest.archive.documents.kept import check_bytes, cite, keep
from tests.ingest.values import NOW

URL = "https://example.org/feed"
OTHER = "https://other.example.org/feed"
processes = multiprocessing.get_context("fork")


@pytest.fixture
def archive(db: Database, tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few documents a file."""
    monkeypatch.setattr(keeping, "LARGEST_FILE", 4_000)


def free_these(db: Database, ids: Sequence[int]) -> list[FreedFile]:
    return list(free_bytes(db, [one for one in document_rows(db) if one.id in ids], NOW))


def kept(db: Database) -> list[int]:
    return [number for (number,) in db.execute("SELECT id FROM documents WHERE file IS NOT NULL ORDER BY id")]


def test_others_in_its_file_stay_as_they_are(db: Database, archive: Path) -> None:
    ids = [keep(db, URL, day, b"%d" % day * 100) for day in range(4)]
    [before] = warc_folder(archive).iterdir()
    size = before.stat().st_size
    [freed] = free_these(db, ids[:2])
    [after] = warc_folder(archive).iterdir()
    assert (freed.documents, freed.bytes) == (2, size - after.stat().st_size)
    assert after.name.split("-")[1] == before.name.split("-")[1] and after.name > before.name
    assert kept(db) == ids[2:]
    check_bytes(archive)
    with after.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file, check_digests=True)]
    assert kinds == ["warcinfo", "request", "response", "request", "response"]


def test_the_row_stays(db: Database) -> None:
    first, _ = keep(db, URL, 1, b"one"), keep(db, URL, 2, b"two")
    free_these(db, [first])
    row = db.execute("SELECT bytes, file, offset, length FROM documents WHERE id = ?", (first,)).fetchone()
    assert row == (3, None, None, None)


def test_a_file_of_which_nothing_stays_is_deleted(db: Database, archive: Path, small_files: None) -> None:
    ids = [keep(db, URL, day, random.Random(day).randbytes(3_000)) for day in range(3)]
    assert len(list(warc_folder(archive).iterdir())) == 3
    free_these(db, ids[:1])
    assert len(list(warc_folder(archive).iterdir())) == 2
    assert check_bytes(archive) == 2


def test_a_body_that_several_have_goes_with_all_of_them(
    db: Database, archive: Path, small_files: None
) -> None:
    shared, later = random.Random(1).randbytes(3_000), random.Random(2).randbytes(3_000)
    first = keep(db, URL, 1, shared)
    keep(db, URL, 2, later)
    second = keep(db, OTHER, 3, shared)
    keep(db, OTHER, 4, b"last")
    free_these(db, [first])
    assert first in kept(db)
    free_these(db, [first, second])
    assert not {first, second} & set(kept(db))
    check_bytes(archive)


def test_what_was_cited_meanwhile_stays(db: Database, archive: Path) -> None:
    ids = [keep(db, URL, day, b"%d" % day) for day in range(3)]
    documents = document_rows(db)
    cite(db, ids[0], "meanwhile")
    freed = list(free_bytes(db, documents, NOW))
    assert [one.documents for one in freed] == [1]
    assert kept(db) == [ids[0], ids[2]]
    check_bytes(archive)


def test_a_document_whose_file_is_missing_is_not_given_up(
    db: Database, archive: Path, tmp_path: Path
) -> None:
    keep(db, URL, 1, b"one")
    keep(db, URL, 2, b"two")
    warc_folder(archive).rename(tmp_path / "elsewhere")
    set_bounds(db, None, "0")
    assert not prune_plan(db).documents
    assert len(kept(db)) == 2


@pytest.mark.parametrize("change", [b"more", None])
def test_a_file_that_is_not_as_the_archive_says_is_left_alone(
    db: Database, archive: Path, change: bytes | None
) -> None:
    first, _ = keep(db, URL, 1, b"one"), keep(db, URL, 2, b"two")
    [file] = warc_folder(archive).iterdir()
    with file.open("r+b") as opened:
        opened.seek(0, 2)
        if change:
            opened.write(change)
        else:
            opened.truncate(opened.tell() - 1)
    before = file.read_bytes()
    [freed] = free_these(db, [first])
    assert freed == FreedFile(file.name, left="it is longer or shorter than the archive says")
    assert file.read_bytes() == before and first in kept(db)


def test_records_that_the_archive_does_not_name_are_not_lost(db: Database, archive: Path) -> None:
    first, second, _ = (keep(db, URL, day, b"%d" % day) for day in range(3))
    db.execute("DELETE FROM documents WHERE id = ?", (second,))
    db.conn.commit()
    [freed] = free_these(db, [first])
    assert freed.left == "it has records that the archive does not name"
    assert first in kept(db)


def test_records_that_the_archive_has_elsewhere_go(db: Database, archive: Path) -> None:
    """An older archive beside a newer folder, whose files were written anew since: it knows some of what they have."""
    first, second, third, _ = (keep(db, URL, day, b"%d" % day) for day in range(4))
    db.execute("UPDATE documents SET file = NULL, offset = NULL, length = NULL WHERE id = ?", (second,))
    db.conn.commit()
    [freed] = free_these(db, [first])
    assert freed.left is None and freed.documents == 1
    assert document_body(db.conn, archive, third) == b"2"
    assert check_bytes(archive) == 2


def test_a_disk_without_room_leaves_all_as_it_was(
    db: Database, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [keep(db, URL, day, b"%d" % day) for day in range(3)]

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(free.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        free_these(db, ids[:1])
    monkeypatch.undo()
    assert check_bytes(archive) == 3


def test_what_is_free_to_go_is_found_in_the_archive(db: Database) -> None:
    ids = [keep(db, URL, day, b"%d" % day, reading) for day, reading in enumerate("aaabcd")]
    cite(db, ids[3], "cited")
    set_bounds(db, None, "0")
    plan = prune_plan(db)
    assert [one.id for one in plan.repeated] == [ids[1]]
    assert [one.id for one in plan.others] == [ids[0], ids[2], ids[4]]
    assert plan.above


def test_the_sizes_are_those_of_the_files(db: Database, archive: Path) -> None:
    for day in range(5):
        keep(db, URL, day, b"%d" % day * 1000)
    [file] = warc_folder(archive).iterdir()
    total = sum(one.size for one in document_rows(db))
    [(begin,)] = db.execute("SELECT min(offset) FROM documents").fetchall()
    assert total == file.stat().st_size - begin


def prune_on(archive: Path) -> None:
    with closing(open_archive(archive)) as db:
        list(free_bytes(db, prune_plan(db).documents, NOW))


def test_killed_at_any_moment_each_document_has_its_bytes(
    db: Database, archive: Path, small_files: None
) -> None:
    chance = random.Random(20261129)
    bodies = [chance.randbytes(1_000) for _ in range(6)]
    for day in range(60):
        keep(db, URL if day % 3 else OTHER, day, chance.choice(bodies) if day % 2 else chance.randbytes(900))
    [(total,)] = db.execute("SELECT sum(length) FROM documents").fetchall()
    for step in range(8):
        set_bounds(db, None, f"{total * (8 - step) // 9}B")
        process = processes.Process(target=prune_on, args=(archive,))
        process.start()
        time.sleep(chance.random() * 0.08)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        assert tidy_documents(db) == ()
        check_bytes(archive)
    prune_on(archive)
    check_bytes(archive)
    assert not prune_plan(db).documents


def test_a_document_is_read_whose_file_is_written_anew_meanwhile(
    db: Database, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = (keep(db, URL, day, b"%d" % day) for day in range(3))
    read = read_back._body

    def free_and_read(*place: Any) -> bytes | None:
        monkeypatch.undo()
        free_these(db, [first])
        return read(*place)

    monkeypatch.setattr(read_back, "_body", free_and_read)
    assert document_body(db.conn, archive, second) == b"1"
