"""The operator for the folder that a feed is kept in, and its facet."""

import pytest
from sqlite_utils import Database

from ingest.search.explain import explain_query
from ingest.search.facets import count_facets
from ingest.search.hits import search, select_sql
from ingest.search.parse import parse_query
from ingest.search.suggest import suggest
from tests.ingest.search.searchable import add_entry, add_feed

FOLDERS = ("News", "News/Science", "Newspapers", "Über 100%", None, "")
ODD = (
    'say "tide"',
    "a/b/c",
    "🎉 party",
    "أخبار",
    "C++",
    "ends with \\",
    "x_y",
    "=x",
    "OR",
    "a:b",
    "-x",
    "it's",
)


@pytest.fixture
def kept(db: Database) -> Database:
    """An entry of a feed in each of the folders, with the number of the folder's place."""
    for folder in FOLDERS:
        feed = add_feed(db)
        db["feeds"].update(feed, {"folder": folder})
        add_entry(db, feed, text="tide")
    return db


@pytest.mark.parametrize(
    ("query", "found"),
    {
        "folder:news": {1, 2},
        "folder:News": {1, 2},
        "folder:=News": {1},
        "folder:=news": set(),
        "folder:news/science": {2},
        "folder:New": set(),
        'folder:"über 100%"': {4},
        "folder:x": set(),
        "-folder:news": {3, 4, 5, 6},
        "tide folder:newspapers OR folder:news": {1, 2, 3},
    }.items(),
)
def test_a_folder_finds_what_its_feeds_and_those_of_folders_in_it_published(
    kept: Database, query: str, found: set[int]
) -> None:
    assert {hit.id for hit in search(kept, query).hits} == found


@pytest.mark.parametrize("name", ODD)
def test_a_folder_of_an_odd_name_is_found_by_its_facet(db: Database, name: str) -> None:
    feed = add_feed(db)
    db["feeds"].update(feed, {"folder": name})
    add_entry(db, feed, text="tide")
    [count] = count_facets(db, "tide")["folder"]
    assert (count.label, search(db, count.term).total) == (name, 1)


@pytest.mark.parametrize("query", ["", "tide", "-folder:news"])
def test_the_facet_counts_the_entries_of_each_folder(kept: Database, query: str) -> None:
    for count in count_facets(kept, query)["folder"]:
        assert search(kept, f"{query} {count.term}").total == count.count == 1


def test_feeds_in_no_folder_are_in_no_facet(db: Database) -> None:
    add_entry(db, add_feed(db), text="tide")
    assert count_facets(db, "")["folder"] == ()


def test_it_is_explained_in_words() -> None:
    assert explain_query(parse_query("folder:News")) == "entries in the folder News"
    assert explain_query(parse_query("-folder:=News")) == "entries not in the folder News"


def test_folders_are_suggested(kept: Database) -> None:
    found = [one.text for one in suggest(kept.conn, "tide folder:new")]
    assert found == ["tide folder:News ", "tide folder:News/Science ", "tide folder:Newspapers "]


def test_an_index_finds_the_entries_of_a_folder(kept: Database) -> None:
    sql, params = select_sql(parse_query("folder:news"))
    plan = " ".join(row[3] for row in kept.execute(f"EXPLAIN QUERY PLAN {sql}", params))
    assert "entries_feed_date" in plan or "SEARCH entries USING INDEX" in plan
