"""Two entries made one by hand, and two again."""

from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive.identity.aliases import entry_that_was
from ingest.archive.identity.merge import NotToBeMerged, merge_entries, split_entry
from tests.ingest.identity.test_saved_under_other_guids import guids, poll, post
from tests.ingest.values import LATER, LATER_STILL, NOW

AFTER_ALL = "2026-01-04T00:00:00Z"


@pytest.fixture
def two(db: Database) -> Database:
    poll(db, post("a", 1), now=NOW)
    poll(db, post("b", 2, text="First words.", authors=("Ann",), tags=("x",)), now=LATER)
    poll(db, post("b", 2, text="Other words.", authors=("Ann",), tags=("x",)), now=LATER_STILL)
    return db


def all_rows(db: Database) -> dict[str, list[Any]]:
    tables = [
        name for name in db.table_names() if "fts" not in name and name not in ("entry_aliases", "polls")
    ]
    return {name: sorted(map(repr, db.execute(f'SELECT * FROM "{name}"'))) for name in tables}  # noqa: S608


def test_the_entry_has_the_latest_version_and_the_history_of_both(two: Database) -> None:
    merge_entries(two, 1, 2, AFTER_ALL)
    [entry] = two.query(
        "SELECT entries.id, guid, title, text, first_seen FROM entries JOIN contents ON entry = id"
    )
    assert entry == {"id": 1, "guid": "a", "title": "Post 2", "text": "Other words.", "first_seen": NOW}
    versions = sorted((row["text"], row["guid"]) for row in two.query("SELECT text, guid FROM revisions"))
    assert versions == [("First words.", "b"), ("The words of 1.", None)]


def test_the_former_number_leads_to_it(two: Database) -> None:
    merge_entries(two, 1, 2, AFTER_ALL)
    assert (entry_that_was(two, 2), entry_that_was(two, 1)) == (1, None)


def test_it_does_so_after_another_merge(two: Database) -> None:
    poll(two, post("c", 3), now=AFTER_ALL)
    merge_entries(two, 1, 2, AFTER_ALL)
    merge_entries(two, 3, 1, AFTER_ALL)
    assert (entry_that_was(two, 2), entry_that_was(two, 1)) == (3, 3)


def test_its_number_is_given_to_no_other(two: Database) -> None:
    merge_entries(two, 1, 2, AFTER_ALL)
    poll(two, post("c", 3), now=AFTER_ALL)
    assert [row["id"] for row in two["entries"].rows] == [1, 3]


def test_what_comes_under_its_guid_is_an_edit_of_the_entry(two: Database) -> None:
    merge_entries(two, 1, 2, AFTER_ALL)
    assert poll(two, post("b", 2, text="New words."), now=AFTER_ALL).changed == 1
    assert guids(two) == ["a"]


@pytest.mark.parametrize(("entry", "former"), [(1, 2), (2, 1)])
def test_a_split_restores_all_rows(two: Database, entry: int, former: int) -> None:
    before = all_rows(two)
    merge_entries(two, entry, former, AFTER_ALL)
    assert split_entry(two, former) == entry
    assert all_rows(two) == before


def test_a_split_after_another_restores_all_rows(two: Database) -> None:
    poll(two, post("c", 3), now=AFTER_ALL)
    before = all_rows(two)
    merge_entries(two, 1, 2, AFTER_ALL)
    merge_entries(two, 3, 1, AFTER_ALL)
    split_entry(two, 1)
    split_entry(two, 2)
    assert all_rows(two) == before


def test_what_came_since_goes_to_the_entry_whose_guid_it_has(two: Database) -> None:
    merge_entries(two, 1, 2, AFTER_ALL)
    poll(two, post("b", 2, text="New words."), now=AFTER_ALL)
    split_entry(two, 2)
    texts = two.query(
        "SELECT entry, text FROM contents UNION ALL SELECT entry, text FROM revisions ORDER BY 1, 2"
    )
    assert [(row["entry"], row["text"]) for row in texts] == [
        (1, "The words of 1."),
        (2, "First words."),
        (2, "New words."),
        (2, "Other words."),
    ]


def test_what_is_split_is_found_by_its_words(two: Database) -> None:
    merge_entries(two, 1, 2, AFTER_ALL)
    split_entry(two, 2)
    two.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")


@pytest.mark.parametrize(("entry", "former", "why"), [(1, 1, "Name two"), (1, 9, "no entry 9")])
def test_what_cannot_be_merged_is_said(two: Database, entry: int, former: int, why: str) -> None:
    with pytest.raises(NotToBeMerged, match=why):
        merge_entries(two, entry, former, AFTER_ALL)


@pytest.mark.parametrize("says", [{}, {"url": "https://example.org/1"}, {"title": "Post 1"}])
@pytest.mark.parametrize("order", [1, -1])
def test_two_that_the_owner_made_one_stay_one_where_a_document_shows_both(
    db: Database, says: dict[str, Any], order: int
) -> None:
    both = [post("b", 2, **says), post("a", 1)][::order]
    poll(db, *both, now=NOW)
    merge_entries(db, 1, 2, LATER)
    revisions = []
    for day in range(3, 9):
        saved = poll(db, *both, now=f"2026-01-0{day}T00:00:00Z")
        assert (saved.new, saved.removed) == (0, 0)
        revisions.append(db["revisions"].count)
    assert db["entries"].count == 1
    assert revisions[0] == revisions[-1]
    again = split_entry(db, 2)
    texts = db.query("SELECT entry, text FROM contents ORDER BY entry")
    said = {one.guid: one.text for one in both}
    assert again == 1 and sorted(row["text"] for row in texts) == sorted(said.values())


def removals(db: Database) -> list[tuple[Any, ...]]:
    return db.execute(
        "SELECT entry, last_seen, removed, returned, rule FROM removals ORDER BY entry, id"
    ).fetchall()


def mark_removed(db: Database, entry: int, at: str, returned: str | None = None) -> None:
    """That an entry was found to be removed, and perhaps there again."""
    db.execute(
        "UPDATE entries SET removed = ?, missing_since = ?, looks = 2 WHERE id = ?",
        (None if returned else at, at, entry),
    )
    db.execute(
        "INSERT INTO removals (entry, last_seen, removed, returned, rule) VALUES (?, ?, ?, ?, 'order')",
        (entry, NOW, at, returned),
    )


def test_what_was_taken_for_removed_came_under_another_guid(two: Database) -> None:
    mark_removed(two, 1, LATER_STILL)
    merge_entries(two, 1, 2, AFTER_ALL)
    [entry] = two.query("SELECT removed, missing_since, looks FROM entries")
    assert entry == {"removed": None, "missing_since": None, "looks": None}
    assert removals(two) == []


def test_what_came_back_is_kept_of_both(two: Database) -> None:
    mark_removed(two, 1, LATER, returned=LATER_STILL)
    merge_entries(two, 2, 1, AFTER_ALL)
    assert removals(two) == [(2, NOW, LATER, LATER_STILL, "order")]


def test_a_split_restores_what_was_removed(two: Database) -> None:
    mark_removed(two, 1, LATER_STILL)
    before = all_rows(two)
    merge_entries(two, 1, 2, AFTER_ALL)
    split_entry(two, 2)
    assert all_rows(two) == before


def test_what_was_removed_since_is_the_one_that_came_last(two: Database) -> None:
    merge_entries(two, 1, 2, AFTER_ALL)
    mark_removed(two, 1, AFTER_ALL)
    split_entry(two, 2)
    assert removals(two) == [(2, NOW, AFTER_ALL, None, "order")]
    assert two.execute("SELECT id FROM entries WHERE removed IS NOT NULL").fetchall() == [(2,)]
