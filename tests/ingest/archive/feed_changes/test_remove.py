"""A feed is removed with all that came from it, and nothing else is."""

from itertools import islice

import pytest
from sqlite_utils import Database

from ingest.archive.feed_changes import remove
from ingest.archive.feed_changes.remove import FeedHoldings, feed_holdings, remove_feed
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.base.models import Link
from tests.ingest.values import LATER, NOW, clean_entry, clean_feed

URL, OTHER = "https://one.example/feed", "https://other.example/feed"
OF_FEEDS = ("feeds", "entries", "contents", "revisions", "polls", "links", "entry_tags", "entry_documents")


def count(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


@pytest.fixture
def feed(db: Database) -> int:
    """A feed with five entries, one of them edited, to one of which an entry of another feed links."""
    entries = [clean_entry(str(number), tags=("stones",)) for number in range(5)]
    save(db, clean_feed(*entries, url=None, title="One"), url=URL, now=NOW, poll=Poll(200))
    entries[0] = clean_entry("0", text="Another text of it.", tags=("stones",))
    feed_id = save(db, clean_feed(*entries, url=None, title="One"), url=URL, now=LATER, poll=Poll(200)).feed
    linking = clean_entry(
        "other", url="https://other.example/1", links=(Link("https://example.org/3", "example.org", "it"),)
    )
    save(db, clean_feed(linking, url=None), url=OTHER, now=NOW, poll=Poll(200))
    return feed_id


def found(db: Database, word: str) -> int:
    return len(db.execute("SELECT rowid FROM entries_fts WHERE entries_fts MATCH ?", (word,)).fetchall())


def test_what_would_go_is_counted_first(db: Database, feed: int) -> None:
    assert feed_holdings(db.conn, feed) == FeedHoldings(feed, "One", URL, entries=5, revisions=1, documents=0)


def test_a_feed_that_there_is_not_has_nothing(db: Database) -> None:
    assert feed_holdings(db.conn, 1) is None


def test_a_feed_goes_with_all_that_came_from_it(db: Database, feed: int) -> None:
    assert sum(remove_feed(db, feed)) == 5
    assert {table: count(db, table) for table in OF_FEEDS} == {
        "feeds": 1, "entries": 1, "contents": 1, "revisions": 0, "polls": 1, "links": 1, "entry_tags": 0,
        "entry_documents": 1,
    }  # fmt: skip
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_its_texts_are_no_longer_found(db: Database, feed: int) -> None:
    assert found(db, "text") == 6
    list(remove_feed(db, feed))
    assert found(db, "text") == 1
    db.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")


def test_links_of_others_to_its_entries_stay_as_links_to_their_addresses(db: Database, feed: int) -> None:
    assert db.execute("SELECT target IS NOT NULL FROM links").fetchall() == [(1,)]
    list(remove_feed(db, feed))
    assert db.execute("SELECT url, target FROM links").fetchall() == [("https://example.org/3", None)]


def test_one_that_is_stopped_is_paused_and_can_be_done_again(
    db: Database, feed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remove, "_BATCH", 2)
    assert list(islice(remove_feed(db, feed), 1)) == [2]
    assert db.execute("SELECT state FROM feeds WHERE id = ?", (feed,)).fetchone() == ("paused",)
    assert list(remove_feed(db, feed)) == [2, 1]
    assert count(db, "feeds") == 1
