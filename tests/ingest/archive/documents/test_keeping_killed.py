"""A process that keeps documents is killed at any moment: after the next run each row has its bytes, and nothing else
is there. The kill of whole commands is tested with those."""

import multiprocessing
import os
import random
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from ingest.archive.documents import keep as keeping
from ingest.archive.documents.recovery import tidy_documents
from ingest.archive.documents.warc import write
from ingest.archive.file.opening import open_archive
from tests.ingest.archive.documents.independent_reader import check_rows
from tests.ingest.archive.documents.received_here import archive_with_feed, keep, polled

KILLS = 15
SEED = 20261129
processes = multiprocessing.get_context("fork")


def run(path: Path, seed: int) -> None:
    keeping.LARGEST_FILE = 20_000
    numbers = random.Random(seed)
    with closing(open_archive(path)) as db:
        tidy_documents(db)
        for number in range(10_000):
            body = random.Random(numbers.randrange(50)).randbytes(3000)
            keep(
                db,
                polled(
                    body, at=f"2026-{seed:02}-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"
                ),
            )


def sound(path: Path) -> int:
    """The number of documents, after a check of all."""
    with closing(open_archive(path)) as db:
        tidy_documents(db)
        assert tidy_documents(db) == ()
    return len(check_rows(path))


def test_killed_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    archive_with_feed(path).close()
    numbers = random.Random(SEED)
    for kill in range(KILLS):
        process = processes.Process(target=run, args=(path, kill))
        process.start()
        time.sleep(numbers.uniform(0.02, 0.2))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        sound(path)
    assert sound(path) > 0


@pytest.mark.parametrize("moment", ["write_all", "_permit", "fsync_path", "_open"])
def test_killed_while_a_file_is_begun(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "archive.db"
    archive_with_feed(path).close()

    def begin() -> None:
        def kill(*_: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(write, moment, kill)
        with closing(open_archive(path)) as db:
            keep(db, polled(b"1"))

    process = processes.Process(target=begin)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    with closing(open_archive(path)) as db:
        assert tidy_documents(db) == ()
        assert not list(path.with_name("archive.warc").glob("*"))
        keep(db, polled(b"1"))
    assert sound(path) == 1
