"""Each entry and revision knows the first and the last document that said it as it stands."""

from sqlite_utils import Database

from ingest.archive.save import save
from ingest.archive.saving.outcome import Saved
from ingest.base.models import FIRST_READER
from tests.ingest.archive.documents.saying import URL, revisions, say, texts, who_said
from tests.ingest.values import clean_entry, clean_feed

EARLY, NOW, LATER, LAST = (f"2026-01-0{day}T00:00:00Z" for day in (1, 2, 3, 4))
ONE, TWO = clean_entry(text="one"), clean_entry(text="two")


def test_a_new_entry_is_said_by_its_document(db: Database) -> None:
    assert say(db, NOW, ONE) == Saved(1, new=1, document=1)
    assert who_said(db) == (1, 1, 1, 1)


def test_a_poll_points_to_its_document(db: Database) -> None:
    say(db, NOW, ONE, poll=True)
    assert [row["document"] for row in db["polls"].rows] == [1]


def test_a_document_that_says_it_unchanged_is_the_last(db: Database) -> None:
    say(db, NOW, ONE)
    say(db, LATER, ONE)
    assert who_said(db) == (1, 2, 2, 1)


def test_an_earlier_document_that_comes_later_is_the_first(db: Database) -> None:
    say(db, NOW, ONE)
    say(db, EARLY, ONE)
    assert who_said(db) == (2, 1, 1, 1)


def test_a_document_between_two_changes_nothing(db: Database) -> None:
    for at in (EARLY, LATER, NOW):
        say(db, at, ONE)
    assert who_said(db) == (1, 2, 2, 1)


def test_of_documents_with_the_same_time_the_first_is_the_one_that_came_first(db: Database) -> None:
    for _ in range(3):
        say(db, NOW, ONE)
    assert who_said(db) == (1, 3, 3, 1)


def test_an_edit_leaves_to_the_revision_the_documents_that_said_it(db: Database) -> None:
    for at, entry in ((EARLY, ONE), (NOW, ONE), (LATER, TWO)):
        say(db, at, entry, poll=True)
    assert revisions(db, "edit") == [("one", 1, 2)]
    assert who_said(db) == (3, 3, 3, 1)


def test_a_version_of_an_older_document_is_said_by_this(db: Database) -> None:
    say(db, NOW, TWO)
    say(db, EARLY, ONE)
    assert revisions(db, "edit") == [("one", 2, 2)]
    assert who_said(db) == (1, 1, 1, 1)


def test_a_saved_document_that_says_an_earlier_version_again_is_one_of_those_that_said_it(
    db: Database,
) -> None:
    say(db, NOW, ONE)
    say(db, LAST, TWO)
    say(db, LATER, ONE)
    say(db, EARLY, ONE)
    assert revisions(db, "edit") == [("one", 4, 3)]
    assert who_said(db) == (2, 2, 2, 1)


def test_another_document_that_says_the_same_otherwise_is_the_last_too(db: Database) -> None:
    say(db, NOW, ONE)
    say(db, LATER, clean_entry(text="one", fingerprint="another"))
    assert who_said(db) == (1, 2, 2, 1)


def test_both_versions_of_an_entry_that_a_document_has_twice_are_said_by_it(db: Database) -> None:
    for at in (NOW, LATER):
        say(db, at, ONE, TWO, poll=True)
    assert (texts(db), revisions(db, "edit")) == (["two"], [("one", 1, 2)])
    assert who_said(db) == (1, 2, 2, 1)


def test_an_entry_of_before_documents_were_kept_is_said_by_the_first_that_says_it(db: Database) -> None:
    save(db, clean_feed(ONE), url=URL, now=EARLY)
    db.execute("DELETE FROM entry_documents")
    say(db, NOW, ONE)
    assert who_said(db) == (1, 1, 1, 1)


def test_an_edit_of_an_entry_of_before_does_not_say_who_said_what_was_there(db: Database) -> None:
    save(db, clean_feed(ONE), url=URL, now=EARLY, reader=FIRST_READER)
    say(db, NOW, TWO, poll=True)
    assert revisions(db, "edit") == [("one", None, None)]
    say(db, EARLY, ONE)
    assert revisions(db, "edit") == [("one", 2, 2)]


def test_where_no_document_is_kept_nothing_says_it(db: Database) -> None:
    say(db, NOW, ONE)
    save(db, clean_feed(TWO), url=URL, now=LATER, reader=FIRST_READER)
    assert who_said(db) == (None, None, None, 1)
    assert revisions(db, "edit") == [("one", 1, 1)]
