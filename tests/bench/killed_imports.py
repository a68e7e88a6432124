"""Imports with all their processes are killed at random moments, and what stands after one that ends is checked.

    python -m tests.bench.killed_imports [--kills 100] [--seed SEED]

Unlike in tests/bench/killed.py the documents are read by the pool, whose processes are killed too: all at once, as when
the power fails or the system stops them. An import is killed a few times in a row, each time going on from what stands,
and what stands must be sound each time. Then it runs to its end: the archive must have what one has that nobody
disturbed, each entry, version and document once. About five minutes on two processors.
"""

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tests.bench.killed_scenarios import write_crawl
from tests.independent_reader import untraced, untrue
from tests.ingest.documents_written_here import item, rss
from tests.ingest.identity.replay import former_versions

SEED, KILLS, IN_A_ROW = 20261129, 100, 4
LONGEST = 300  # seconds, on a busy machine
FEEDS, CAPTURES, ENTRIES = 3, 12, 15
MONTH = 2010 * 12
STANDS = {
    "document": "SELECT feeds.url, sha256, bytes FROM documents JOIN feeds ON feeds.id = feed",
    "entry": """
        SELECT feeds.url, guid, entries.url, entries.title, html, text, date,
            (SELECT group_concat(url) FROM (SELECT url FROM links WHERE entry = entries.id ORDER BY url))
        FROM entries JOIN feeds ON feeds.id = feed JOIN contents ON entry = entries.id
    """,
    "version": """
        SELECT feeds.url, entries.guid, kind, former.title, former.text FROM {former} AS former
        JOIN entries ON entries.id = entry JOIN feeds ON feeds.id = feed
    """,
}


@dataclass(frozen=True)
class Round:
    """Imports of one archive: how many were killed, and what stood then, in entries."""

    killed: int
    stood: Sequence[int]


def document(feed: int, number: int) -> bytes:
    """The one after it has a new entry, and two that are edited."""
    items = [
        item(
            f"{feed}-{entry}", f"{'Words of a text. ' * 60} It was edited {(number - entry) // 5 + 4} times."
        )
        for entry in range(number + ENTRIES, number, -1)
    ]
    return rss(f"<!-- {random.Random(f'{feed} {number}').randbytes(3000).hex()} -->", *items, url=None)


def write_documents(folder: Path) -> list[Path]:
    """Web archives of feeds day by day, and files, of which one comes twice."""
    crawls = [folder / f"crawl{feed}.warc.gz" for feed in range(FEEDS)]
    for feed, crawl in enumerate(crawls):
        write_crawl(
            crawl,
            MONTH,
            {day: document(feed, day) for day in range(1, CAPTURES + 1)},
            f"https://crawled{feed}.example/feed",
        )
    saved = folder / "saved"
    saved.mkdir()
    for number in range(CAPTURES):
        (saved / f"{number:02}.xml").write_bytes(document(FEEDS + number % 3, number))
    (saved / "again.xml").write_bytes(document(FEEDS, 0))
    return [*crawls, saved]


def start_import(archive: Path, documents: Sequence[Path]) -> subprocess.Popen[bytes]:
    """In a group of its own, so that all its processes can be killed at once."""
    command = [sys.executable, "-m", "ingest", "import", str(archive), *map(str, documents), "--quiet"]
    with archive.with_name("import.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def killed_import(archive: Path, documents: Sequence[Path], seconds: float, once_it_writes: bool) -> bool:
    """Whether it was killed before its end, so many seconds after it began, or after it began to write."""
    before = size_of_log(archive)
    process, end = start_import(archive, documents), time.monotonic() + LONGEST
    while once_it_writes and size_of_log(archive) == before and process.poll() is None:
        assert time.monotonic() < end, "the import does not write"
        time.sleep(0.005)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait(LONGEST) == -signal.SIGKILL


def size_of_log(archive: Path) -> tuple[int, int]:
    """What changes as soon as anything is written."""
    log = archive.with_name(f"{archive.name}-wal")
    return (log.stat().st_size, log.stat().st_mtime_ns) if log.exists() else (0, 0)


def whole_import(archive: Path, documents: Sequence[Path]) -> float:
    """Import to the end. Seconds."""
    began, process = time.monotonic(), start_import(archive, documents)
    try:
        status = process.wait(LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    assert status == 0, (
        f"the import ended with status {status}: {archive.with_name('import.log').read_text()}"
    )
    return time.monotonic() - began


def stands(archive: Path) -> Counter[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as db:
        former = former_versions(Database(db))
        queries = {what: query.format(former=former) for what, query in STANDS.items()}
        return Counter((what, *row) for what, query in queries.items() for row in db.execute(query))


def count_entries(archive: Path) -> int:
    """What stands after a kill is sound. Raises AssertionError."""
    if not archive.exists() or (archive.stat().st_size == 0 and size_of_log(archive)[0] == 0):
        return 0
    with closing(sqlite3.connect(archive)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries_fts'").fetchall():
            return 0
        db.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")
        [(count, differing)] = db.execute("SELECT count(*), count(DISTINCT feed || ' ' || guid) FROM entries")
        assert count == differing, "an entry stands twice"
        db.rollback()
        return int(count)


def rounds(folder: Path, kills: int, seed: int) -> Iterator[Round]:
    """Kill so many imports, and check each time. Raises AssertionError."""
    documents, chance, number = write_documents(folder), random.Random(seed), 0
    (folder / "undisturbed").mkdir()
    seconds = whole_import(folder / "undisturbed" / "archive.db", documents)
    undisturbed = stands(folder / "undisturbed" / "archive.db")
    while kills > 0:
        number += 1
        archive = folder / f"disturbed{number}" / "archive.db"
        archive.parent.mkdir()
        stood = []
        for in_a_row in range(min(kills, chance.randint(1, IN_A_ROW))):
            # Later ones have less to do. One in four may be killed before it has opened anything.
            once_it_writes, most = chance.random() < 0.75, seconds * 0.6 / (in_a_row + 1)
            if killed_import(archive, documents, chance.uniform(0, most), once_it_writes):
                stood.append(count_entries(archive))
        whole_import(archive, documents)
        check(archive, undisturbed, f"round {number} of seed {seed}, {stood} entries after the kills")
        kills -= len(stood)
        yield Round(len(stood), stood)


def check(archive: Path, undisturbed: Counter[tuple[Any, ...]], where: str) -> None:
    count_entries(archive)
    wrong = [*untrue(archive), *(f"no document said {what}" for what in untraced(archive))]
    assert not wrong, f"{where}:\n" + "\n".join(wrong)
    disturbed = stands(archive)
    lacking, more = undisturbed - disturbed, disturbed - undisturbed
    assert not lacking and not more, f"{where}: it lacks {lacking}, and has {more} more"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=SEED)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="killed-imports-") as folder:
        done = list(rounds(Path(folder), wanted.kills, wanted.seed))
    stood = [count for one in done for count in one.stood]
    print(
        f"{len(stood)} imports killed in {len(done)} archives, {len([*filter(None, stood)])} of them with entries "
        f"that stood ({len(set(stood))} different numbers, {max(stood)} at most): nothing lost, nothing twice"
    )


if __name__ == "__main__":
    main()
