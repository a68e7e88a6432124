"""Feeds as they were found, polled in turn."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.clean.feed import clean
from ingest.parse.document import parse

CASES = Path(__file__).parents[5] / "shared" / "cases"


@pytest.mark.skipif(not CASES.exists(), reason="needs the shared cases")
@pytest.mark.parametrize("rounds", [1, 3])
def test_nothing_is_removed_from_a_feed_that_is_ranked_by_votes(db: Database, rounds: int) -> None:
    documents = sorted((CASES / "55-ranked-feed-removed").glob("poll*.xml"))
    for number, path in enumerate(documents * rounds):
        now = f"2025-02-01T{2 * number:02}:00:00Z"
        save(db, clean(parse(path.read_bytes())), url="https://example.org/feed", now=now, poll=Poll(200))
    assert db.execute("SELECT count(*), count(removed) FROM entries").fetchone() == (7, 0)


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<id>tag:feed</id><title>A blog</title>{parts}</feed>"""
ENTRY = "<entry><id>tag:{id}</id><title>{id}</title><updated>2025-01-0{id}T00:00:00Z</updated></entry>"
DELETED = '<at:deleted-entry ref="tag:2" when="2025-01-05T00:00:00Z"><at:comment>Spam</at:comment></at:deleted-entry>'


def test_a_tombstone_in_a_document_removes_its_entry(db: Database) -> None:
    second, first = (ENTRY.format(id=id) for id in (2, 1))
    for now, parts in (("2025-01-04T00:00:00Z", second + first), ("2025-01-06T00:00:00Z", first + DELETED)):
        document = clean(parse(ATOM.format(parts=parts).encode()))
        saved = save(db, document, url="https://example.org/feed", now=now, poll=Poll(200))
    assert saved.removed == 1
    assert db.execute("SELECT guid FROM entries WHERE removed IS NOT NULL").fetchall() == [("tag:2",)]
