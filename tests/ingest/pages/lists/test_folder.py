"""A folder of feeds: found by its name, with the folders in it."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.pages.listing import list_entries
from ingest.pages.lists.folder import count_folder, find_folder, folder_path
from ingest.search.hits import search
from tests.ingest.search.searchable import add_entry, add_feed


def keep(db: Database, *folders: str | None) -> None:
    """A feed in each of the folders, with an entry."""
    for folder in folders:
        feed = add_feed(db)
        db["feeds"].update(feed, {"folder": folder})
        add_entry(db, feed, text="tide")


@pytest.mark.parametrize(
    ("asked", "name", "feeds"),
    [
        ("News", "News", (1, 2)),
        ("news", "News", (1, 2)),
        (" News ", "News", (1, 2)),
        ("News/Science", "News/Science", (2,)),
        ("AC", "AC", (4,)),
        ("AC/DC", "AC/DC", (4,)),
    ],
)
def test_a_folder_has_its_feeds_and_those_of_folders_in_it(
    db: Database, asked: str, name: str, feeds: tuple[int, ...]
) -> None:
    keep(db, "News", "News/Science", "Newspapers", "AC/DC", None, "")
    folder = find_folder(db.conn, asked)
    assert folder is not None
    assert (folder.name, folder.feeds, folder.entries) == (name, feeds, len(feeds))
    assert {item.id for item in list_entries(db.conn, folder.scope, limit=9).items} == set(feeds)
    assert {hit.id for hit in search(db, folder.scope.search).hits} == set(feeds)


@pytest.mark.parametrize("asked", ["", " ", "New", "News/", "nowhere", "%", "_ews"])
def test_what_is_no_folder_is_none(db: Database, asked: str) -> None:
    keep(db, "News", None, "")
    assert find_folder(db.conn, asked) is None


def test_of_two_spellings_the_one_that_is_asked_for_comes_first(db: Database) -> None:
    keep(db, "news", "News")
    for name in ("News", "news"):
        found = find_folder(db.conn, name)
        assert found and found.name == name and len(found.feeds) == 1


def test_its_counts_are_of_its_entries(db: Database) -> None:
    keep(db, "News", "Art")
    counts = count_folder(db.conn, "News", "2025-02-01")
    assert counts and [year.count for year in counts.years] == [1]
    assert count_folder(db.conn, "Nowhere", "2025-02-01") is None


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_the_path_of_any_folder_is_one_step_that_browsers_leave_alone(name: str) -> None:
    step = folder_path(name).removeprefix("/folder/")
    assert "/" not in step and step not in (".", "..", "") and step.isascii()
    assert unquote(step).strip() == name.strip()
