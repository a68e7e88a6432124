"""What is stored in place: `extra`, the number of comments, the names of sources."""

from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.documents.warc.pack import pack
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.archive.saving.outcome import Saved
from ingest.base.models import ReceivedDocument, Source, StoredExtra
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_entry, clean_feed

URL = "https://example.org/feed.xml"
ONE, TWO = StoredExtra('[{"slash:section": "one"}]'), StoredExtra('[{"slash:section": "two"}]', 7)


def poll(db: Database, now: str, **values: Any) -> Saved:
    return save(db, clean_feed(clean_entry(**values)), url=URL, now=now, poll=Poll(200))


def stored(db: Database) -> tuple[Any, ...]:
    [row] = db.execute(
        "SELECT comments, json, left_out FROM entries LEFT JOIN extra ON entry = entries.id"
    ).fetchall()
    return tuple(row)


def test_the_latest_document_s_stand_in_place_without_a_revision(db: Database) -> None:
    poll(db, NOW, comments=5, extra=ONE)
    assert poll(db, LATER, comments=6, extra=TWO).unchanged == 1
    assert stored(db) == (6, TWO.json, 7)
    assert db["revisions"].count == 0


def test_an_edit_brings_its_own(db: Database) -> None:
    poll(db, NOW, comments=5, extra=ONE)
    assert poll(db, LATER, comments=6, extra=TWO, title="Edited").changed == 1
    assert stored(db) == (6, TWO.json, 7)


@pytest.mark.parametrize("title", ["Title of 1", "Edited"])
def test_what_an_entry_says_no_more_stays(db: Database, title: str) -> None:
    poll(db, NOW, comments=5, extra=ONE)
    poll(db, LATER, title=title)
    assert stored(db) == (5, ONE.json, 0)


def test_a_document_of_any_time_only_fills_in_what_is_missing(db: Database) -> None:
    poll(db, LATER, comments=6)
    save(db, clean_feed(clean_entry(comments=5, extra=ONE)), url=URL, now=NOW)
    assert stored(db) == (6, ONE.json, 0)


def take_in(db: Database, now: str, **values: Any) -> Saved:
    """Save a document that is kept, as an import does whose file has no time of its own."""
    document = pack(ReceivedDocument(repr(values).encode(), now, URL, "import"), URL)
    return save(db, clean_feed(clean_entry(**values)), url=URL, now=now, document=document)


def test_a_later_import_refreshes_them(db: Database) -> None:
    for number, now in enumerate((NOW, LATER, LATER_STILL), 1):
        assert take_in(db, now, comments=number, extra=StoredExtra(f'[{{"x": "{number}"}}]')).changed == 0
    assert stored(db) == (3, '[{"x": "3"}]', 0)
    assert db["revisions"].count == 0


def test_an_older_import_does_not(db: Database) -> None:
    take_in(db, LATER, comments=6)
    take_in(db, NOW, comments=5, extra=ONE)
    assert stored(db) == (6, ONE.json, 0)
    take_in(db, LATER_STILL, comments=7)
    assert stored(db) == (7, ONE.json, 0)


def test_saving_it_again_writes_nothing(db: Database) -> None:
    poll(db, LATER, comments=6, extra=TWO)
    old = clean_feed(clean_entry(comments=5, extra=ONE))
    save(db, old, url=URL, now=NOW)
    before = db.conn.total_changes
    save(db, old, url=URL, now=NOW)
    assert db.conn.total_changes - before <= 1  # the feed's row
    assert stored(db) == (6, TWO.json, 7)


def test_what_stood_before_an_older_document_came_between_is_stored_again(db: Database) -> None:
    poll(db, NOW, comments=5)
    poll(db, LATER, comments=6)
    save(db, clean_feed(clean_entry(comments=5)), url=URL, now=NOW)
    poll(db, LATER_STILL, comments=5)
    assert stored(db)[0] == 5


def test_another_version_of_the_reading_removes_what_it_finds_a_better_place_for(db: Database) -> None:
    entry = clean_entry(extra=ONE)
    save(db, clean_feed(entry), url=URL, now=NOW, poll=Poll(200), reader=1)
    save(db, clean_feed(clean_entry(season=2)), url=URL, now=LATER, poll=Poll(200), reader=2)
    assert stored(db) == (None, None, None)
    assert db["revisions"].count == 0


def test_what_another_version_cleans_otherwise_of_the_same_document_is_stored(db: Database) -> None:
    same = {"fingerprint": "f"}
    save(db, clean_feed(clean_entry(**same, extra=ONE)), url=URL, now=NOW, poll=Poll(200), reader=1)
    save(db, clean_feed(clean_entry(**same, extra=TWO)), url=URL, now=LATER, poll=Poll(200), reader=2)
    assert stored(db) == (None, TWO.json, 7)


def test_the_feed_has_that_of_its_latest_document(db: Database) -> None:
    save(db, clean_feed(clean_entry(), extra=ONE), url=URL, now=NOW, poll=Poll(200))
    save(db, clean_feed(clean_entry(), extra=TWO), url=URL, now=LATER, poll=Poll(200))
    older = clean_entry(published="2020-01-01T00:00:00Z")
    save(db, clean_feed(older, extra=ONE), url=URL, now=NOW)
    assert [(row["feed"], row["json"]) for row in db["extra"].rows] == [(1, TWO.json)]


def test_a_source_is_known_by_its_address_and_has_its_latest_title(db: Database) -> None:
    poll(db, NOW, source=Source("Old name", "https://blog.example/"))
    assert poll(db, LATER, source=Source("New name", "https://blog.example/"), title="Edited").changed == 1
    assert [*db["sources"].rows] == [{"id": 1, "title": "New name", "url": "https://blog.example/"}]


def test_a_source_s_new_title_is_no_edit(db: Database) -> None:
    poll(db, NOW, source=Source("Old name", "https://blog.example/"))
    assert poll(db, LATER, source=Source("New name", "https://blog.example/")).unchanged == 1
    assert [row["title"] for row in db["sources"].rows] == ["New name"]


def test_a_source_without_an_address_is_known_by_its_title(db: Database) -> None:
    two = (clean_entry(str(number), source=Source("A blog", None)) for number in range(2))
    save(db, clean_feed(*two), url=URL, now=NOW)
    assert [row["source"] for row in db["entries"].rows] == [1, 1]
