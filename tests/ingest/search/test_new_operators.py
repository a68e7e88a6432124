"""Operators for what an entry says beside its text: its source, transcript, chapters, duration and date."""

from collections.abc import Mapping

import pytest
from sqlite_utils import Database

from ingest.search.explain import explain_query, explain_with_names
from ingest.search.facets import count_facets, count_features
from ingest.search.hits import search, select_sql
from ingest.search.parse import parse_query
from ingest.search.suggest import suggest
from ingest.search.unparse import unparse
from tests.ingest.search.searchable import add_entry, add_feed


@pytest.fixture
def planet(db: Database) -> Database:
    feed = add_feed(db)
    db.execute(
        "INSERT INTO sources (title, url) VALUES ('The Gazette', 'https://gazette.example/'), ('Ж', NULL)"
    )
    for columns in (
        {"source": 1, "duration": 1800},
        {"source": 2, "duration": 1801, "date_from": "document"},
        {"duration": 5400, "date_from": "seen"},
        {},
    ):
        entry = add_entry(db, feed, text="tide")
        db["entries"].update(entry, columns)
    for entry, kind in ((1, "transcript"), (2, "chapter"), (3, "chapters"), (4, "image")):
        db.execute("INSERT INTO media (entry, kind) VALUES (?, ?)", [entry, kind])
    return db


FOUND_BY: Mapping[str, set[int]] = {
    "source:gazette": {1},
    "source:gazette.example": {1},
    'source:="The Gazette"': {1},
    'source:="https://gazette.example/"': {1},
    "source:=gazette": set(),
    "source:ж": {2},
    "-source:gazette": {2, 3, 4},
    "has:transcript": {1},
    "has:chapters": {2, 3},
    "-has:chapters": {1, 4},
    "longer:30m": {2, 3},
    "longer:30": {2, 3},
    "longer:1800s": {2, 3},
    "longer:0:30:00": {2, 3},
    "longer:1h29m59s": {3},
    "longer:0.5h": {2, 3},
    "longer:1.4h": {3},
    "longer:30.1": {3},
    "longer:1h30m": set(),
    "-longer:1h": {1, 2, 4},
    "shorter:30:01": {1},
    "shorter:1h": {1, 2},
    "is:undated": {2, 3},
    "-is:undated": {1, 4},
    "-after:1990": {2, 3},
    "tide is:undated longer:1h": {3},
    "source:gazette OR longer:1h": {1, 3},
}


@pytest.mark.parametrize("query", FOUND_BY)
def test_it_finds(planet: Database, query: str) -> None:
    assert {hit.id for hit in search(planet, query).hits} == FOUND_BY[query]


@pytest.mark.parametrize("query", FOUND_BY)
def test_it_is_written_as_it_is_read(query: str) -> None:
    assert parse_query(unparse(parse_query(query))) == parse_query(query)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("source:gazette", "entries_source_date"),
        ('source:="The Gazette"', "entries_source_date"),
        ("has:transcript", "media_kind"),
        ("has:chapters", "media_kind"),
        ("longer:30m", "entries_duration"),
        ("shorter:30m", "entries_duration"),
        ("is:undated", "entries_undated"),
    ],
)
def test_it_is_answered_by_an_index(planet: Database, query: str, index: str) -> None:
    sql, params = select_sql(parse_query(query))
    plan = [row[3] for row in planet.execute(f"EXPLAIN QUERY PLAN {sql}", params)]
    assert any(index in step for step in plan), plan
    assert not any(step in ("SCAN entries", "SCAN media") for step in plan)


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("source:gazette", "entries from sources named “gazette”"),
        ('-source:="The Gazette"', "entries not from The Gazette"),
        ("has:transcript", "entries with a transcript"),
        ("-has:chapters", "entries without chapters"),
        ("longer:90", "entries longer than 1 hour 30 minutes"),
        ("-longer:61s", "entries not longer than 1 minute 1 second or of unknown length"),
        ("-shorter:1h", "entries not shorter than 1 hour or of unknown length"),
        ("longer:1.5h", "entries longer than 1 hour 30 minutes"),
        ("shorter:1:02:03", "entries shorter than 1 hour 2 minutes 3 seconds"),
        ("longer:0", "entries longer than 0 seconds"),
        ("is:undated", "entries undated"),
        ("-is:undated", "entries not undated"),
    ],
)
def test_it_is_explained(query: str, meaning: str) -> None:
    assert explain_query(parse_query(query)) == meaning


def test_an_address_of_a_source_is_explained_by_its_title(planet: Database) -> None:
    query = parse_query('source:="https://gazette.example/"')
    assert explain_with_names(planet.conn, query) == "entries from The Gazette"


@pytest.mark.parametrize(
    "value", ["long", "1d", "-5m", "30m1h", "h", ":30", "1:2:3:4", "1.h", ".5h", "1.5.5h", "９", "9" * 20]
)
def test_what_is_no_duration_is_left_out_with_a_word(value: str) -> None:
    query = parse_query(f"longer:{value}")
    assert not query.clauses
    assert query.notes == (f"“{value}” is no duration such as 90s, 30m or 1h30m, so “longer:” was left out.",)


@pytest.mark.parametrize(
    "written",
    [
        "90m",
        "90min",
        "1h30m",
        "1H 30M",
        "1:30:00",
        "5400s",
        "5400 seconds",
        "1h1800s",
        "1.5h",
        "1.5 hours",
        "90.0",
    ],
)
def test_one_duration_is_written_in_many_ways(written: str) -> None:
    [term] = parse_query(f'longer:"{written}"').terms
    assert term.value == "1h30m"


def test_sources_are_a_facet_that_narrows_the_search(planet: Database) -> None:
    counts = count_facets(planet, "tide")["source"]
    assert [(one.label, one.count, one.term) for one in counts] == [
        ("The Gazette", 1, 'source:="https://gazette.example/"'),
        ("Ж", 1, "source:=Ж"),
    ]
    assert [search(planet, f"tide {one.term}").total for one in counts] == [1, 1]


def test_transcripts_chapters_and_what_is_undated_are_counted(planet: Database) -> None:
    counts = [(one.label, one.count, one.term) for one in count_features(planet, "tide")]
    assert counts == [
        ("has a transcript", 1, "has:transcript"),
        ("has chapters", 2, "has:chapters"),
        ("is undated", 2, "is:undated"),
    ]


def test_sources_and_durations_are_suggested(planet: Database) -> None:
    assert [one.text for one in suggest(planet.conn, "tide source:gaz")] == ['tide source:"The Gazette" ']
    assert [one.text for one in suggest(planet.conn, "longer:3")] == ["longer:30m "]
