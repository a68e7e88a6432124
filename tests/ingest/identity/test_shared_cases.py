"""The small documents of ../shared/cases whose entries change their guids, polled one after another."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.workers.parse_pool import parse_and_clean

CASES = Path(__file__).parents[4] / "shared" / "cases"
OK = Poll(status=200, bytes=1000, ms=20, etag=None, body_hash="abc")

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="The shared documents are not here.")


@pytest.mark.parametrize(
    ("case", "titles"),
    [
        ("16-guid-http-https", ["Post 1", "Post 2"]),
        ("17-random-guid", ["Post 1", "Post 2"]),
        ("18-tracking-links-noguid", ["Post 1", "Post 2"]),
        ("20-guid-not-unique", ["A", "B", "C", "D", "E"]),
        ("23-noguid-title-edit-slug", ["Build a your shop", "Build your shop"]),
        ("57-guid-and-link-all-same", [f"Update {number} of the suite" for number in range(1, 7)]),
    ],
)
def test_no_entry_is_there_twice_and_none_is_missing(db: Database, case: str, titles: list[str]) -> None:
    for day, document in enumerate(sorted((CASES / case).glob("*.xml")), 1):
        url = "https://b.example.org/feed"
        feed = parse_and_clean(document.read_bytes(), url=url)
        save(db, feed, url=url, now=f"2026-01-{day:02}T00:00:00Z", poll=OK)
    assert sorted(row["title"] for row in db["entries"].rows) == titles
    assert not [row["title"] for row in db["entries"].rows if row["removed"]]
