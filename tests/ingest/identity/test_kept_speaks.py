"""Where a document shows two that the owner made one, the one that was kept speaks."""

import pytest
from sqlite_utils import Database

from ingest.archive.feeds import find_feed
from ingest.archive.identity.merge import merge_entries
from ingest.archive.save import save_reread
from ingest.base.models import READER
from tests.ingest.identity.test_merged_stays_merged import AFTER_ALL, capture, page
from tests.ingest.identity.test_saved_under_other_guids import URL, poll
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_feed


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("entry", "former"), [(1, 2), (2, 1)])
def test_the_one_that_was_kept_speaks_where_a_document_shows_both(
    db: Database, order: int, scheme: str, entry: int, former: int
) -> None:
    for at in (NOW, LATER):
        shown = "http" if at == NOW else scheme
        poll(db, *[page(shown, 2), page(shown, 1)][::order], now=at)
    number = {row["id"]: int(row["guid"][-1]) for row in db["entries"].rows}[entry]
    merge_entries(db, entry, former, LATER)
    for at in (LATER, LATER_STILL, AFTER_ALL):
        assert db.execute("SELECT title FROM entries").fetchall() == [(f"Post {number}",)]
        revisions = db["revisions"].count
        saved = poll(db, *[page(scheme, 2), page(scheme, 1)][::order], now=at)
        assert (saved.new, saved.changed, db["revisions"].count) == (0, 0, revisions)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(("entry", "former"), [(1, 2), (2, 1)])
def test_so_it_does_where_its_documents_are_read_again(
    db: Database, order: int, entry: int, former: int
) -> None:
    both = [page("http", 2), page("http", 1)][::order]
    capture(db, *both, at=NOW)
    capture(db, page("http", 3), *both, at=LATER)
    merge_entries(db, entry, former, LATER)
    title, revisions = db.execute("SELECT title FROM entries LIMIT 1").fetchone(), db["revisions"].count
    for reader in (READER + 1, READER + 2):
        for document, entries in ((1, both), (2, [page("http", 3), *both])):
            save_reread(db, find_feed(db, URL) or 0, document, clean_feed(*entries), reader)
            assert db.execute("SELECT title FROM entries LIMIT 1").fetchone() == title
            assert db["revisions"].count == revisions


def test_what_was_imported_of_one_before_the_other_changes_nothing_of_that(db: Database) -> None:
    capture(db, page("http", 1), at=NOW)
    both = [page("http", 2), page("http", 1)]
    capture(db, *both, at=LATER)
    merge_entries(db, 1, 2, LATER)
    assert db.execute("SELECT title FROM entries").fetchall() == [("Post 1",)]
    save_reread(db, find_feed(db, URL) or 0, 2, clean_feed(*both), READER + 1)
    assert db.execute("SELECT title FROM entries").fetchall() == [("Post 1",)]
    assert db["revisions"].count == 1
