"""What `save` takes for a document of 20 entries of which one is new, at archives and feeds of several sizes.

    python -m tests.bench.saving [ENTRIES…]

The archive grows to each number of entries (10 thousand, 100 thousand, a million), in feeds of a thousand; at each as
many documents are polled as MEASURED says, each of another feed where there are enough. Then the same in the archive as
it is then, of feeds of 10, 1,000 and 100,000 entries; of the smallest a document has all entries and the new one. What
is looked up to know which entries of the document need not be cleaned is part of it. The file is read first, so that it
is cached. It takes about three minutes of processor time, most of them to fill the archives, and 3 GB of disk.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.feeds import find_feed
from ingest.archive.file.opening import open_archive
from ingest.archive.known.known_entries import known_fingerprints
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.base.models import READER, CleanFeed, KnownEntry
from tests.bench.large_archives import add_feed, address, entries
from tests.ingest.values import clean_feed

ARCHIVES = (10_000, 100_000, 1_000_000)
FEEDS = (10, 1_000, 100_000)
A_FEED = 1_000  # entries of each feed of an archive
A_DOCUMENT, MEASURED = 20, 200
MOST_MEDIAN, MOST_P95 = 1.5, 3.0


@dataclass(frozen=True)
class Took:
    median: float  # milliseconds
    p95: float
    processor: float  # milliseconds of this process for each, which others on the machine do not change


def poll(db: Database, feed: str, has: int, moment: int) -> float:
    """Milliseconds for a document with the feed's latest entries, of which the last is new."""
    said = clean_feed(*entries(feed, max(0, has + 1 - A_DOCUMENT), has + 1), url=address(feed))
    now = (datetime(2026, 2, 1, tzinfo=UTC) + timedelta(hours=2 * moment)).strftime("%Y-%m-%dT%H:%M:%SZ")
    began = time.perf_counter()
    save(db, without_known(db, said, feed), url=address(feed), now=now, poll=Poll(status=200))
    return (time.perf_counter() - began) * 1000


def without_known(db: Database, said: CleanFeed, feed: str) -> CleanFeed:
    """The document as a poll saves it: of entries that are known as they stand there is no more than who they are."""
    known = known_fingerprints(db, find_feed(db, address(feed)), said.entries, READER)
    each = (
        KnownEntry(one.guid, one.fingerprint, one.published, one.updated) if one.fingerprint in known else one
        for one in said.entries
    )
    return replace(said, entries=tuple(each))


class Archive:
    """An archive that grows; of each feed it is known how many entries it has."""

    def __init__(self, path: Path) -> None:
        self.path, self.db = path, open_archive(path, create=True)
        self.has: dict[str, int] = {}
        self.moment = 0

    def add(self, feed: str, count: int) -> None:
        add_feed(self.db, feed, count)
        self.has[feed] = count

    def grow(self, count: int) -> None:
        while sum(self.has.values()) < count:
            self.add(f"feed{len(self.has)}", A_FEED)

    def measure(self, feeds: list[str]) -> Took:
        """Each feed's first document, after which its window is known, is not counted."""
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        subprocess.run(["cat", str(self.path)], stdout=subprocess.DEVNULL, check=True)
        for feed in dict.fromkeys(feeds):
            self._poll(feed)
        began = time.process_time()
        took = [self._poll(feed) for feed in feeds]
        processor = (time.process_time() - began) * 1000 / len(took)
        return Took(statistics.median(took), statistics.quantiles(took, n=20)[-1], processor)

    def _poll(self, feed: str) -> float:
        self.moment += 1
        took = poll(self.db, feed, self.has[feed], self.moment)
        self.has[feed] += 1
        return took


def by_archive(archive: Archive, sizes: tuple[int, ...]) -> Iterator[tuple[str, Took]]:
    for size in sizes:
        archive.grow(size)
        feeds = [feed for feed in archive.has if feed.startswith("feed")]
        yield f"an archive of {size:,} entries", archive.measure((feeds * MEASURED)[:MEASURED])


def by_feed(archive: Archive, sizes: tuple[int, ...]) -> Iterator[tuple[str, Took]]:
    """Small feeds are as many as the documents that are measured, so that they stay small."""
    for size in sizes:
        names = [f"sized{size}-{number}" for number in range(MEASURED if size < A_FEED else 1)]
        for name in names:
            archive.add(name, size)
        yield f"a feed of {size:,} entries", archive.measure((names * MEASURED)[:MEASURED])


def report(took: Iterator[tuple[str, Took]]) -> bool:
    """Print each as it comes, and the largest to the smallest. Whether that is as it should be."""
    all_of_them: list[Took] = []
    for what, one in took:
        print(
            f"{what:>32}: median {one.median:6.2f} ms, 95th percentile {one.p95:6.2f} ms, "
            f"{one.processor:5.2f} ms of processor time each",
            flush=True,
        )
        all_of_them.append(one)
    least, most = all_of_them[0], all_of_them[-1]
    median, p95 = most.median / least.median, most.p95 / least.p95
    print(
        f"largest to smallest: median {median:.2f} (at most {MOST_MEDIAN}), 95th {p95:.2f} (at most {MOST_P95}), "
        f"processor time {most.processor / least.processor:.2f}"
    )
    return median <= MOST_MEDIAN and p95 <= MOST_P95


def main(sizes: tuple[int, ...]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "archive.db")
        with closing(archive.db):
            fine = report(by_archive(archive, sizes))
            fine &= report(by_feed(archive, tuple(size for size in FEEDS if size <= max(sizes))))
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main(tuple(map(int, sys.argv[1:])) or ARCHIVES))
