"""What another version of the reading reads otherwise is no edit, and no word is lost by it."""

import json

import pytest
from sqlite_utils import Database

from ingest.archive.documents.said_by import save_unreadable
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.archive.saving.outcome import Reread, Saved
from ingest.base.models import Enclosure, Link
from tests.ingest.archive.documents.saying import URL, read_again, revisions, say, texts, who_said
from tests.ingest.values import clean_entry, clean_feed

EARLY, NOW, LATER, LAST = (f"2026-01-0{day}T00:00:00Z" for day in (1, 2, 3, 4))
WHOLE, CUT = clean_entry(text="The whole story."), clean_entry(text="The whole")
EDITED = clean_entry(text="Another story.")


def dump(db: Database) -> list[str]:
    return list(db.conn.iterdump())


def test_a_poll_that_is_read_otherwise_is_no_edit(db: Database) -> None:
    say(db, NOW, CUT, poll=True)
    assert say(db, LATER, WHOLE, poll=True, reader=2) == Saved(1, unchanged=1, document=2, otherwise=1)
    assert texts(db) == ["The whole story."] and db["revisions"].count == 0
    assert who_said(db) == (1, 2, 2, 2)


def test_also_where_the_document_says_just_the_same(db: Database) -> None:
    say(db, NOW, clean_entry(text="a b", fingerprint="f"))
    say(db, LATER, clean_entry(text="a b c", fingerprint="f"), poll=True, reader=2)
    assert texts(db) == ["a b c"]


def test_the_next_that_differs_is_an_edit(db: Database) -> None:
    say(db, NOW, CUT, poll=True)
    say(db, LATER, WHOLE, poll=True, reader=2)
    assert say(db, LAST, EDITED, poll=True, reader=2).changed == 1
    assert revisions(db, "edit") == [("The whole story.", 1, 2)]
    assert [(row["seen"], row["replaced"]) for row in db["revisions"].rows] == [(NOW, LAST)]


def test_a_text_that_another_reader_cuts_is_kept_as_a_reading(db: Database) -> None:
    say(db, NOW, WHOLE, poll=True)
    assert say(db, LATER, CUT, poll=True, reader=2).changed == 0
    assert revisions(db, "reading") == [("The whole story.", 1, 1)]
    [revision] = db["revisions"].rows
    assert (revision["seen"], revision["replaced"]) == (NOW, LATER)


def test_since_when_the_present_version_was_there_does_not_move_by_a_reading(db: Database) -> None:
    say(db, NOW, WHOLE, poll=True)
    say(db, LATER, CUT, poll=True, reader=2)
    say(db, LAST, EDITED, poll=True, reader=2)
    assert [(r["kind"], r["seen"], r["replaced"]) for r in db["revisions"].rows] == [
        ("reading", NOW, LATER),
        ("edit", NOW, LAST),
    ]


def test_the_same_text_is_kept_once(db: Database) -> None:
    for reader, entry in ((1, WHOLE), (2, CUT), (3, WHOLE), (4, CUT)):
        say(db, LATER, entry, poll=True, reader=reader)
    assert [text for text, *_ in revisions(db, "reading")] == ["The whole story."]


def test_an_older_capture_of_what_another_reader_read_is_no_edit(db: Database) -> None:
    say(db, LATER, WHOLE)
    say(db, LAST, EDITED, poll=True)
    assert say(db, NOW, CUT, reader=2).changed == 0
    assert revisions(db, "reading") == [("The whole", 3, 3)]
    assert revisions(db, "edit") == [("The whole story.", 1, 1)]
    assert [r["replaced"] for r in db["revisions"].rows] == [LAST, LATER]
    before = db["revisions"].count
    say(db, NOW, CUT, reader=2)
    assert db["revisions"].count == before


def test_a_first_version_of_two_in_a_document_is_no_edit_either(db: Database) -> None:
    first, last = clean_entry(text="first"), clean_entry(text="last")
    say(db, NOW, first, last, poll=True)
    for at in (LATER, LAST):
        news = clean_entry(text="first!"), clean_entry(text="last!")
        assert say(db, at, *news, poll=True, reader=2).changed == 0
    assert texts(db) == ["last!"] and [text for text, *_ in revisions(db, "edit")] == ["first"]


def test_what_another_reader_does_not_find_any_more_is_not_removed(db: Database) -> None:
    say(db, NOW, clean_entry("1"), clean_entry("2", published="2020-01-01T00:00:00Z"), poll=True)
    said = clean_entry("2", published="2020-01-01T00:00:00Z")
    assert say(db, LATER, said, poll=True, reader=2).removed == 0
    assert [row["removed"] for row in db["entries"].rows] == [None, None]


def test_the_bytes_that_come_again_are_read_by_the_newer_reader(db: Database) -> None:
    say(db, NOW, CUT, poll=True)
    feed = clean_feed(WHOLE, clean_entry("2"), url="https://example.org/own")
    poll = Poll(status=200)
    assert save(db, feed, url=URL, now=LATER, poll=poll, document=1, reader=2) == Saved(
        1, new=1, unchanged=1, document=1, otherwise=1
    )
    [document] = db["documents"].rows
    assert (document["reader"], document["own_url"]) == (2, "https://example.org/own")
    assert [(row["first_seen"], row["last_seen"]) for row in db["entries"].rows] == [(NOW, LATER)] * 2
    assert who_said(db) == (1, 1, 1, 2) and db["revisions"].count == 0


def test_a_document_that_is_read_again_adds_what_is_read_more(db: Database) -> None:
    say(db, NOW, clean_entry("1"))
    more = clean_entry(
        "1", authors=("Ada",), enclosures=(Enclosure("https://e.org/a.mp3"),), title="Title of 1, whole"
    )
    assert read_again(db, 1, more, clean_entry("2")) == Reread(
        new={"2"}, filled={"author": {1}, "authors": {1}, "enclosures": {1}}, changed={"title": {1}}
    )
    rows = [(row["id"], row["first_seen"], row["last_seen"], row["title"]) for row in db["entries"].rows]
    assert rows == [(1, NOW, NOW, "Title of 1, whole"), (2, NOW, NOW, "Title of 2")]
    assert [row["reader"] for row in db["documents"].rows] == [2]


def test_links_that_are_read_more_are_there_too(db: Database) -> None:
    say(db, NOW, clean_entry("1"))
    linked = clean_entry("1", links=(Link("https://e.org/", "e.org", "see"),))
    assert read_again(db, 1, linked).filled == {"links": {1}}
    assert db["links"].count == 1


def test_a_text_that_is_cut_when_it_is_read_again_is_kept(db: Database) -> None:
    say(db, NOW, WHOLE)
    say(db, LATER, WHOLE)
    assert read_again(db, 1, CUT).kept == {1}
    assert revisions(db, "reading") == [("The whole story.", 1, 2)]
    assert read_again(db, 2, CUT) == Reread()
    assert who_said(db) == (1, 2, 2, 2)


def test_reading_again_twice_changes_nothing(db: Database) -> None:
    say(db, NOW, WHOLE, clean_entry("2", text="one"), clean_entry("2", text="two"))
    say(db, LATER, EDITED)
    readings = {1: (CUT, clean_entry("2", text="1"), clean_entry("2", text="2")), 2: (CUT, clean_entry("3"))}
    for document, entries in readings.items():
        read_again(db, document, *entries)
    before = dump(db)
    for document, entries in readings.items():
        assert read_again(db, document, *entries) == Reread()
    assert dump(db) == before


def test_what_a_later_document_said_by_the_same_reader_stays(db: Database) -> None:
    say(db, NOW, CUT)
    say(db, LATER, WHOLE, poll=True, reader=2)
    assert read_again(db, 1, CUT) == Reread()
    assert texts(db) == ["The whole story."]


def test_a_document_of_an_edited_version_leaves_the_revision_as_it_is(db: Database) -> None:
    for at, entry in ((EARLY, WHOLE), (NOW, WHOLE), (LATER, WHOLE), (LAST, EDITED)):
        say(db, at, entry, poll=True)
    for document in (1, 2, 3):
        assert read_again(db, document, CUT) == Reread()
    assert revisions(db, "edit") == [("The whole story.", 1, 3)] and texts(db) == ["Another story."]


def test_a_version_that_lies_between_two_documents_of_the_present_one_is_left(db: Database) -> None:
    say(db, EARLY, WHOLE)
    say(db, LAST, WHOLE)
    old = clean_entry(text="Another story.", updated="2020-01-01T00:00:00Z")
    db.execute("UPDATE entries SET updated = '2021-01-01T00:00:00Z'")
    say(db, NOW, old)
    assert revisions(db, "edit") == [("Another story.", 3, 3)]
    assert read_again(db, 3, clean_entry(text="Read otherwise")) == Reread()


def test_first_seen_stays_where_an_earlier_document_is_found_to_have_the_entry(db: Database) -> None:
    say(db, EARLY)
    say(db, NOW, WHOLE)
    read_again(db, 1, WHOLE)
    [entry] = db["entries"].rows
    assert entry["first_seen"] == NOW and who_said(db) == (1, 2, 1, 2)


def test_an_edit_that_the_former_reader_did_not_see_is_one(db: Database) -> None:
    say(db, NOW, WHOLE)
    say(db, LATER)
    read_again(db, 1, WHOLE)
    assert read_again(db, 2, EDITED).edited == {1}
    assert revisions(db, "edit") == [("The whole story.", 1, 1)]


def test_a_feed_is_filled_in_by_what_is_read_more_in_an_older_document(db: Database) -> None:
    say(db, NOW, clean_entry("1"))
    say(db, LATER, clean_entry("2", published="2025-12-01T00:00:00Z"))
    read_again(db, 1, clean_entry("1"), title="Old name", description="About")
    [feed] = db["feeds"].rows
    assert (feed["title"], feed["description"], feed["added"]) == ("An example", "About", NOW)


def test_the_window_of_a_feed_stays_when_its_documents_are_read_again(db: Database) -> None:
    say(db, NOW, clean_entry("1"), poll=True)
    read_again(db, 1)
    [entry], [feed] = db["entries"].rows, db["feeds"].rows
    assert (entry["last_seen"], entry["removed"], feed["last_document"]) == (NOW, None, NOW)
    assert db["polls"].count == 1


def test_a_document_that_cannot_be_read_any_more_says_why_and_changes_nothing_else(db: Database) -> None:
    say(db, NOW, WHOLE)
    save_unreadable(db, 1, "It is no feed.", 2)
    [document] = db["documents"].rows
    assert (document["error"], document["reader"]) == ("It is no feed.", 2)
    assert texts(db) == ["The whole story."] and who_said(db) == (1, 1, 1, 1)
    read_again(db, 1, WHOLE, reader=3)
    assert [row["error"] for row in db["documents"].rows] == [None]


@pytest.mark.parametrize("field", ["title", "author", "authors", "tags"])
def test_words_of_each_field_are_kept(db: Database, field: str) -> None:
    word = ("unique",) if field in ("authors", "tags") else "unique"
    say(db, NOW, clean_entry(**{field: word}))
    assert read_again(db, 1, clean_entry()).kept == {1}
    [revision] = db["revisions"].rows
    assert "unique" in json.dumps([revision["title"], revision["author"], revision["other"]])
