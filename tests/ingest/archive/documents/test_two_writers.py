"""Two processes that keep documents of one archive at once: each row has its bytes, and no body is there twice."""

import multiprocessing
import random
from contextlib import closing
from pathlib import Path

from ingest.archive.documents import keep as keeping
from ingest.archive.documents.recovery import tidy_documents
from ingest.archive.file.opening import open_archive
from tests.ingest.archive.documents.independent_reader import check_rows, plain_records
from tests.ingest.archive.documents.received_here import archive_with_feed, keep, polled, warc_files

EACH = 40
processes = multiprocessing.get_context("fork")


def bodies(seed: int) -> list[bytes]:
    """Half of them are the other process's too."""
    own, shared = random.Random(seed), random.Random(0)
    return [(own if number % 2 else shared).randbytes(500) for number in range(EACH)]


def run(path: Path, seed: int) -> None:
    keeping.LARGEST_FILE = 10_000
    with closing(open_archive(path)) as db:
        for number, body in enumerate(bodies(seed)):
            keep(db, polled(body, at=f"2026-11-29T10:{number:02}:0{seed}Z"))
            tidy_documents(db)


def test_two_processes_keep_documents_at_once(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    archive_with_feed(path).close()
    started = [processes.Process(target=run, args=(path, seed)) for seed in (1, 2)]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    assert [process.exitcode for process in started] == [0, 0]
    assert sorted(check_rows(path)) == sorted(bodies(1) + bodies(2))
    records = [record for file in warc_files(path) for record in plain_records(file)]
    assert sum(record.kind == "response" for record in records) == len({*bodies(1), *bodies(2)})
