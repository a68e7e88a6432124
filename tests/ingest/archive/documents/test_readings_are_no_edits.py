"""Nothing that counts or shows edits takes a former reading for one."""

import pytest
from sqlite_utils import Database

from ingest.pages.entry import load_entry_page
from ingest.pages.feed import summarise
from ingest.pages.history import load_history
from ingest.search.hits import count_results
from ingest.search.parse import parse_query
from ingest.web.server.site_files import metadata
from tests.ingest.archive.documents.saying import revisions, say
from tests.ingest.values import clean_entry

EARLY, NOW, LATER, LAST = (f"2026-01-0{day}T00:00:00Z" for day in (1, 2, 3, 4))
METADATA = metadata()
EDITED_ENTRIES = METADATA["databases"]["archive"]["queries"]["edited_entries"]["sql"]


@pytest.fixture
def reread(db: Database) -> Database:
    """An archive with an entry of which a later reader read less, and none was edited."""
    say(db, NOW, clean_entry(text="The whole story"))
    say(db, LATER, clean_entry(text="The whole"), poll=True, reader=2)
    assert revisions(db, "reading")
    return db


def test_an_entry_has_one_version(reread: Database) -> None:
    page, history = load_entry_page(reread.conn, 1), load_history(reread.conn, 1)
    assert page and history
    assert page.versions == 0
    assert [(version.seen, version.is_first) for version in history.versions] == [(NOW, True)]
    assert [seen for _, seen, *_ in reread.execute(history.sql)] == [NOW]


def test_a_feed_has_none_that_was_edited(reread: Database) -> None:
    assert summarise(reread.conn, 1, LAST).edited == 0


def test_a_search_for_what_was_edited_finds_nothing(reread: Database) -> None:
    assert count_results(reread.conn, parse_query("is:edited")) == 0


def test_the_list_of_edits_is_empty(reread: Database) -> None:
    assert list(reread.query(EDITED_ENTRIES, {"feed": ""})) == []


def test_an_edit_is_compared_with_what_the_same_reader_read_of_the_next_version(db: Database) -> None:
    say(db, EARLY, clean_entry(text="one two"))
    say(db, NOW, clean_entry(text="one two three"), poll=True)
    say(db, LATER, clean_entry(text="one"), poll=True, reader=2)
    [edit] = db.query(EDITED_ENTRIES, {"feed": ""})
    assert (edit["edited"], edit["characters"]) == (NOW, len(" three"))


def test_an_edit_is_not_compared_with_a_reading_of_a_version_between(db: Database) -> None:
    say(db, EARLY, clean_entry(text="one"))
    say(db, LAST, clean_entry(text="one two"), poll=True)
    say(db, NOW, clean_entry(text="one and something else"), reader=2)
    assert [text for text, *_ in revisions(db, "reading")] == ["one and something else"]
    [edit] = db.query(EDITED_ENTRIES, {"feed": ""})
    assert edit["characters"] == len(" two")
