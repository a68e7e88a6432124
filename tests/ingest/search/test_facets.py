"""Facet counts of search results."""

import pytest
from sqlite_utils import Database

from ingest.search.facets import Count, count_facets
from ingest.search.hits import search
from tests.ingest.search.searchable import add_entry, add_feed


def pairs(counts: tuple[Count, ...]) -> list[tuple[str, int]]:
    return [(count.label, count.count) for count in counts]


def test_facets_count_what_was_found(library: Database) -> None:
    facets = count_facets(library, "agents")
    assert pairs(facets["feed"]) == [("Хабр 100%", 2), ("LessWrong", 1)]
    assert pairs(facets["author"]) == [("Jane Doe", 1), ("Mary Jane Doe", 1)]
    assert pairs(facets["tag"]) == [("AI", 1), ("machine learning", 1), ("Политика", 1)]
    assert pairs(facets["year"]) == [("2024", 1), ("2023", 1), ("2022", 1)]
    assert pairs(facets["language"]) == [("en", 1), ("ru", 1)]


def test_facets_of_everything_are_those_of_the_tables(library: Database) -> None:
    facets = count_facets(library, "")
    by_tag = "SELECT name, count(*) FROM entry_tags JOIN tags ON tags.id = tag GROUP BY name"
    assert sorted(pairs(facets["tag"])) == sorted(library.execute(by_tag).fetchall())
    by_year = "SELECT year, count(*) FROM entries GROUP BY year ORDER BY year DESC"
    assert pairs(facets["year"]) == library.execute(by_year).fetchall()


@pytest.mark.parametrize("query", ["", "agents", "alignment OR tag:math", "-alignment", "機械"])
def test_adding_the_operator_of_a_facet_leaves_as_many_as_it_says(library: Database, query: str) -> None:
    facets = count_facets(library, query)
    for count in facets["feed"] + facets["author"] + facets["tag"] + facets["year"] + facets["language"]:
        assert search(library, f"{query} {count.term}").total == count.count, count.term


@pytest.mark.parametrize(
    "name", ['"quoted"', "a * b*", "-minus", "x)", "(x", "OR", "ends with \\", "=x", "C++", "100%", "a:b"]
)
def test_the_operator_of_an_odd_name_finds_it(db: Database, name: str) -> None:
    add_entry(db, add_feed(db), text="x", authors=[name], tags=[name])
    facets = count_facets(db, "")
    [tag], [author] = facets["tag"], facets["author"]
    assert search(db, f"{tag.term} {author.term}").total == 1


def test_only_the_commonest_are_counted(db: Database) -> None:
    feed = add_feed(db)
    for n in range(5):
        add_entry(db, feed, tags=["common", f"rare {n}"])
    assert pairs(count_facets(db, "", most=2)["tag"])[0] == ("common", 5)
    assert len(count_facets(db, "", most=2)["tag"]) == 2
