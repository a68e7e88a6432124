import json
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.polls import Poll, record_poll
from ingest.archive.save import save
from ingest.archive.saving.outcome import Saved
from ingest.base.models import Enclosure, Link
from tests.empty_archive import empty_tables
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_entry, clean_feed

URL = "https://example.org/feed.xml"
OK = Poll(status=200, bytes=1000, ms=20, etag='"1"', body_hash="abc")


def take(db, *entries, now=NOW, poll=None, **feed):
    return save(db, clean_feed(*entries, **feed), url=URL, now=now, poll=poll)


def dump(db):
    return list(db.conn.iterdump())


def test_a_document_becomes_a_feed_with_its_entries(db):
    assert take(db, clean_entry("1"), clean_entry("2")) == Saved(feed=1, new=2)
    [feed] = db["feeds"].rows
    assert (feed["url"], feed["title"], feed["state"], feed["added"]) == (URL, "An example", "paused", NOW)
    assert [row["guid"] for row in db["entries"].rows] == ["1", "2"]


def test_the_same_document_twice_changes_nothing(db):
    take(db, clean_entry("1", tags=("a",)), clean_entry("2"))
    before = dump(db)
    assert take(db, clean_entry("1", tags=("a",)), clean_entry("2"), now=LATER) == Saved(1, unchanged=2)
    assert dump(db) == before


def test_an_edit_is_stored_and_what_was_before_is_kept(db):
    take(db, clean_entry("1", title="Old", text="old text", authors=("A",), tags=("x",)))
    assert take(db, clean_entry("1", title="New", text="new text"), now=LATER) == Saved(1, changed=1)
    [entry] = db.query("SELECT title, author, text FROM entries JOIN contents ON entry = id")
    assert entry == {"title": "New", "author": None, "text": "new text"}
    [revision] = db["revisions"].rows
    assert (revision["title"], revision["text"], revision["author"]) == ("Old", "old text", "A")
    assert (revision["seen"], revision["replaced"]) == (NOW, LATER)
    assert json.loads(revision["other"])["tags"] == ["x"]


def test_a_second_edit_says_since_when_the_first_was_there(db):
    take(db, clean_entry("1", text="one"))
    take(db, clean_entry("1", text="two"), now=LATER)
    take(db, clean_entry("1", text="three"), now=LATER_STILL)
    assert [(r["text"], r["seen"], r["replaced"]) for r in db["revisions"].rows] == [
        ("one", NOW, LATER),
        ("two", LATER, LATER_STILL),
    ]


def test_a_shorter_copy_does_not_lose_the_fuller_one(db):
    take(db, clean_entry("1", text="The whole long story."))
    take(db, clean_entry("1", text="The whole …"), now=LATER)
    assert [revision["text"] for revision in db["revisions"].rows] == ["The whole long story."]


def test_old_documents_taken_in_again_change_nothing(db):
    versions = [clean_entry("1", text=text) for text in ("one", "two", "three")]
    for version in versions:
        take(db, version)
    before = dump(db)
    assert [take(db, version, now=LATER).changed for version in versions] == [0, 0, 0]
    assert dump(db) == before


def test_a_poll_that_finds_an_earlier_version_again_takes_it_as_an_edit(db):
    for text, now in (("one", NOW), ("two", LATER), ("one", LATER_STILL)):
        take(db, clean_entry("1", text=text), now=now, poll=OK)
    assert [row["text"] for row in db["contents"].rows] == ["one"]
    assert [row["text"] for row in db["revisions"].rows] == ["one", "two"]


def test_an_older_copy_is_kept_without_displacing_the_newer(db):
    take(db, clean_entry("1", text="new", updated="2025-02-01T00:00:00Z"))
    older = clean_entry("1", text="old", updated="2025-01-01T00:00:00Z")
    assert take(db, older, now=LATER) == Saved(1, changed=1)
    assert [row["text"] for row in db["contents"].rows] == ["new"]
    assert [row["text"] for row in db["revisions"].rows] == ["old"]
    assert take(db, older, now=LATER) == Saved(1, unchanged=1)


def test_an_entry_twice_in_a_document_is_kept_in_both_versions(db):
    first, second = clean_entry("1", text="first"), clean_entry("1", text="second")
    assert take(db, first, second, poll=OK) == Saved(1, new=1)
    assert [row["text"] for row in db["revisions"].rows] == ["first"]
    assert take(db, first, second, poll=OK, now=LATER) == Saved(1, unchanged=1)


def test_entries_that_share_a_guid_are_both_kept(db):
    one, two = clean_entry("x", url="https://example.org/1"), clean_entry("x", url="https://example.org/2")
    assert take(db, one, two).new == 2
    assert take(db, two).unchanged == 1
    assert take(db, one, two, clean_entry("x", url="https://example.org/3")).new == 1


def test_the_same_guid_in_two_feeds_is_two_entries(db):
    save(db, clean_feed(clean_entry("1")), url="https://a.example/feed", now=NOW)
    save(db, clean_feed(clean_entry("1")), url="https://b.example/feed", now=NOW)
    assert db["entries"].count == 2


def test_lists_are_stored_once_and_replaced_by_an_edit(db):
    take(
        db,
        clean_entry(
            "1",
            authors=("Ada", "Bo"),
            tags=("x", "y"),
            enclosures=(Enclosure("https://example.org/a.mp3", "audio/mpeg", 5),),
        ),
        clean_entry("2", authors=("Ada",), tags=("X",)),
    )
    assert {row["name"] for row in db["authors"].rows} == {"Ada", "Bo"}
    assert {row["name"] for row in db["tags"].rows} == {"x", "y"}
    take(db, clean_entry("1", authors=("Ada",), tags=("y",)), now=LATER)
    assert db["entry_authors"].count == 2 and db["entry_tags"].count == 2 and db["enclosures"].count == 0


def test_the_date_is_published_else_updated_else_first_seen(db):
    take(
        db,
        clean_entry("1", published="2025-01-01T00:00:00Z", updated="2025-02-01T00:00:00Z"),
        clean_entry("2", published=None, updated="2025-02-01T00:00:00Z"),
        clean_entry("3", published=None),
    )
    rows = [(row["date"], row["year"], row["month"]) for row in db["entries"].rows]
    assert rows == [
        ("2025-01-01T00:00:00Z", "2025", "2025-01"),
        ("2025-02-01T00:00:00Z", "2025", "2025-02"),
        (NOW, None, None),
    ]


def link(url):
    return Link(url, "example.org", "see")


def test_a_link_finds_the_entry_that_it_leads_to(db):
    take(
        db, clean_entry("1"), clean_entry("2", links=(link("http://www.example.org/1/?utm_source=x#there"),))
    )
    assert [(row["entry"], row["target"]) for row in db["links"].rows] == [(2, 1)]


def test_a_link_finds_an_entry_that_comes_later(db):
    take(db, clean_entry("2", links=(link("https://example.org/1"),)))
    take(db, clean_entry("1"), now=LATER)
    assert [(row["entry"], row["target"]) for row in db["links"].rows] == [(1, 2)]


def test_a_link_to_its_own_entry_has_no_target(db):
    take(db, clean_entry("1", links=(link("https://example.org/1#note"),)))
    assert [row["target"] for row in db["links"].rows] == [None]


def test_a_link_follows_an_entry_that_moves(db):
    take(db, clean_entry("1"), clean_entry("2", links=(link("https://example.org/new"),)))
    take(db, clean_entry("1", url="https://example.org/new"), now=LATER)
    assert [row["target"] for row in db["links"].rows] == [1]
    take(db, clean_entry("1", url="https://example.org/newer"), now=LATER_STILL)
    assert [row["target"] for row in db["links"].rows] == [None]


def test_a_document_that_is_silent_on_something_takes_nothing_away_from_the_feed(db):
    take(db, icon_url="https://example.org/icon.png", description="About")
    take(db, icon_url=None, description=None, title="Renamed")
    [feed] = db["feeds"].rows
    assert (feed["icon_url"], feed["description"], feed["title"]) == (
        "https://example.org/icon.png",
        "About",
        "Renamed",
    )


def test_a_poll_is_recorded_with_what_it_brought(db):
    take(db, clean_entry("1"), poll=OK)
    [poll] = db["polls"].rows
    assert poll == {
        "id": 1, "feed": 1, "at": NOW, "status": 200, "bytes": 1000, "ms": 20,
        "new": 1, "changed": 0, "removed": 0, "error": None, "document": None,
    }  # fmt: skip
    [feed] = db["feeds"].rows
    assert (feed["last_polled"], feed["etag"], feed["body_hash"]) == (NOW, '"1"', "abc")


def test_a_poll_that_fails_is_counted_and_changes_nothing_else(db):
    take(db, clean_entry("1"), poll=OK)
    for now in (LATER, LATER_STILL):
        record_poll(db, 1, Poll(status=500, error="The server failed."), now)
    [feed] = db["feeds"].rows
    assert (feed["failures"], feed["last_error"], feed["etag"]) == (2, "The server failed.", '"1"')
    record_poll(db, 1, Poll(status=304), LATER_STILL)
    [feed] = db["feeds"].rows
    assert (feed["failures"], feed["last_error"]) == (0, None)


def test_an_entry_that_is_taken_out_of_a_feed_is_marked_and_kept(db):
    entries = [clean_entry(str(n), published=f"2025-01-0{n}T00:00:00Z") for n in (3, 2, 1)]
    take(db, *entries, poll=OK)
    assert take(db, entries[0], entries[2], now=LATER, poll=OK).removed == 0
    assert take(db, entries[0], entries[2], now=LATER_STILL, poll=OK).removed == 1
    assert [(row["guid"], row["removed"]) for row in db["entries"].rows] == [
        ("3", None),
        ("2", LATER_STILL),
        ("1", None),
    ]
    take(db, *entries, now="2026-01-04T00:00:00Z", poll=OK)
    assert [row["removed"] for row in db["entries"].rows] == [None, None, None]


def test_nothing_is_taken_to_be_removed_from_a_broken_document(db):
    entries = [clean_entry(str(n), published=f"2025-01-0{n}T00:00:00Z") for n in (3, 2, 1)]
    take(db, *entries, poll=OK)
    assert take(db, entries[0], entries[2], now=LATER, poll=OK, damage="It is cut off.").removed == 0


def test_an_old_document_does_not_mark_anything_as_removed(db):
    entries = [clean_entry(str(n), published=f"2025-01-0{n}T00:00:00Z") for n in (3, 2, 1)]
    take(db, *entries, poll=OK)
    take(db, entries[0], entries[2], now=LATER)
    assert [row["removed"] for row in db["entries"].rows] == [None, None, None]


def test_a_document_that_fails_half_way_leaves_nothing(db):
    broken = replace(clean_entry("2"), words=None)  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        take(db, clean_entry("1"), broken)
    assert db["feeds"].count == db["entries"].count == 0


def index_of(db):
    db.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'entries_fts', 'instance')")
    rows = db.execute("SELECT * FROM temp.terms ORDER BY term, doc, col, offset").fetchall()
    db.execute("DROP TABLE temp.terms")
    return rows


def assert_index_equals_a_rebuild(db):
    db.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")
    before = index_of(db)
    db.execute("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')")
    assert index_of(db) == before


words = st.text(alphabet="ab é漢", max_size=6)
steps = st.lists(
    st.tuples(
        st.sampled_from(["save", "title", "text", "delete", "delete feed"]), st.sampled_from("123"), words
    ),
    max_size=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_full_text_index_is_always_what_a_rebuild_would_make(steps):
    db = empty_tables()
    for step, guid, word in steps:
        if step == "save":
            take(db, clean_entry(guid, title=word, text=word * 2, authors=(word,)))
        elif step == "title":  # other programs may write too
            db.execute("UPDATE entries SET title = ?, author = NULL WHERE guid = ?", (word, guid))
        elif step == "text":
            db.execute("UPDATE contents SET text = ? WHERE entry = ?", (word, int(guid)))
        elif step == "delete":
            db.execute("DELETE FROM entries WHERE guid = ?", (guid,))
        else:
            db.execute("DELETE FROM feeds")
        db.conn.commit()
    assert_index_equals_a_rebuild(db)


def test_the_index_ignores_accents_and_plurals(db):
    take(db, clean_entry("1", title="Cafés"), clean_entry("2", title="Tea"))
    found = db.execute("SELECT rowid FROM entries_fts WHERE entries_fts MATCH 'cafe'").fetchall()
    assert found == [(1,)]


def test_a_deleted_feed_takes_everything_of_its_own_with_it(db):
    take(db, clean_entry("1", text="old"), poll=OK)
    take(db, clean_entry("1", text="new", tags=("x",), links=(link("https://example.org/2"),)), poll=OK)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("DELETE FROM feeds")
    assert {
        t: db[t].count for t in ("entries", "contents", "revisions", "links", "entry_tags", "polls")
    } == dict.fromkeys(("entries", "contents", "revisions", "links", "entry_tags", "polls"), 0)
    assert db.execute("SELECT count(*) FROM entries_fts WHERE entries_fts MATCH 'new'").fetchall() == [(0,)]


def test_a_version_captured_before_the_stored_one_is_kept_as_what_was_there_until_then(db):
    take(db, clean_entry("1", text="three", published=None), now=LATER_STILL)
    assert take(db, clean_entry("1", text="one", published=None), now=NOW) == Saved(1, changed=1)
    assert take(db, clean_entry("1", text="two", published=None), now=LATER) == Saved(1, changed=1)
    assert [row["text"] for row in db["contents"].rows] == ["three"]
    revisions = [
        (r["text"], r["seen"], r["replaced"]) for r in db.query("SELECT * FROM revisions ORDER BY seen")
    ]
    assert revisions == [("one", NOW, LATER), ("two", LATER, LATER_STILL)]


def test_an_earlier_capture_says_since_when_an_entry_and_its_feed_were_there(db):
    take(db, clean_entry("1", published=None), now=LATER)
    assert take(db, clean_entry("1", published=None), now=NOW) == Saved(1, unchanged=1)
    [entry], [feed] = db["entries"].rows, db["feeds"].rows
    assert (entry["first_seen"], entry["date"], feed["added"]) == (NOW, NOW, NOW)


def test_an_older_document_only_adds_to_what_is_known_of_its_feed(db):
    take(db, clean_entry("2", published="2025-06-01T00:00:00Z"), title="New name", format="atom10")
    older = clean_entry("1", published="2020-06-01T00:00:00Z")
    take(db, older, now=LATER, title="Old name", format="rss2.0", description="What it was about")
    [feed] = db["feeds"].rows
    assert (feed["title"], feed["format"]) == ("New name", "atom10")
    assert feed["description"] == "What it was about"


def test_an_older_document_taken_in_again_changes_nothing(db):
    older = clean_entry("1", published="2020-06-01T00:00:00Z")
    take(db, older, title="Old name")
    take(db, clean_entry("2", published="2025-06-01T00:00:00Z"), title="New name")
    before = dump(db)
    assert take(db, older, now=LATER, title="Old name") == Saved(1, unchanged=1)
    assert dump(db) == before


def test_an_earlier_capture_with_the_same_newest_entry_only_adds_to_its_feed(db):
    take(db, clean_entry("1"), now=LATER, title="New name")
    take(db, clean_entry("1"), now=NOW, title="Old name")
    assert [feed["title"] for feed in db["feeds"].rows] == ["New name"]


def test_a_document_with_a_newer_entry_brings_the_feed_up_to_date(db):
    take(db, clean_entry("1", published="2020-06-01T00:00:00Z"), title="Old name")
    take(db, clean_entry("2", published="2025-06-01T00:00:00Z"), now=LATER, title="New name")
    assert [feed["title"] for feed in db["feeds"].rows] == ["New name"]


def test_entries_without_guids_that_share_an_address_stay_apart_when_they_come_alone(db: Database) -> None:
    one, two, three = (clean_entry("x", url="x", title=title, guid_derived=True) for title in "ABC")
    for number, entries in enumerate([[one], [two, one], [two], [three]]):
        save(db, clean_feed(*entries), url="https://a.example/", now=f"2026-06-0{number + 1}T00:00:00Z")
    assert [title for (title,) in db.execute("SELECT title FROM entries ORDER BY title")] == ["A", "B", "C"]
    assert db["revisions"].count == 0
