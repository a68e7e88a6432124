"""The lists of tags and authors: by use and by name, filtered, paged; and their shares of all entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.pages.lists.names import MOST_NAMED, load_names_page, order_of_names
from ingest.pages.lists.shares import FEWEST_OF_PERIOD, load_shares, share_of
from tests.ingest.search.searchable import add_entry, add_feed

END = "2026-01-01"


@pytest.fixture
def tagged(db: Database) -> Database:
    feed = add_feed(db)
    for tags in (["beta", "Émile"], ["beta", "100%"], ["beta", "Émile"]):
        add_entry(db, feed, tags=tags, authors=tags)
    db["tags"].insert({"name": "Alone"})
    db["authors"].insert({"name": "Alone"})
    return db


def named(db: Database, part: str = "", sort: str | None = None) -> list[tuple[str, int]]:
    found = [load_names_page(db.conn, kind, part, order_of_names(sort), 1) for kind in ("tag", "author")]
    assert [(one.name, one.entries) for one in found[0].names] == [
        (o.name, o.entries) for o in found[1].names
    ]
    assert found[0].count == len(found[0].names)
    return [(one.name, one.entries) for one in found[0].names]


def test_the_most_used_come_first(tagged: Database) -> None:
    assert named(tagged) == [("beta", 3), ("Émile", 2), ("100%", 1), ("Alone", 0)]
    assert named(tagged, sort="-use") == [("Alone", 0), ("100%", 1), ("Émile", 2), ("beta", 3)]


def test_they_are_sorted_by_name_when_asked(tagged: Database) -> None:
    assert [name for name, _ in named(tagged, sort="name")] == ["100%", "Alone", "beta", "Émile"]
    assert [name for name, _ in named(tagged, sort="-name")] == ["Émile", "beta", "Alone", "100%"]


@pytest.mark.parametrize(
    ("part", "found"),
    [("BET", ["beta"]), ("émi", ["Émile"]), ("%", ["100%"]), ("_", []), ("zzz", []), ("'", []), ("\\", [])],
)
def test_a_part_of_a_name_finds_it(tagged: Database, part: str, found: list[str]) -> None:
    assert [name for name, _ in named(tagged, part)] == found


def test_a_page_has_some_and_leads_to_the_next(db: Database) -> None:
    db["tags"].insert_all({"name": f"tag {number:04}"} for number in range(MOST_NAMED + 3))
    first, second, beyond = (
        load_names_page(db.conn, "tag", "", order_of_names("name"), n) for n in (1, 2, 99)
    )
    assert (len(first.names), first.has_more, first.count) == (MOST_NAMED, True, MOST_NAMED + 3)
    assert (len(second.names), second.has_more, beyond) == (3, False, second)


def test_indexes_count_the_entries(tagged: Database) -> None:
    for kind in ("tag", "author"):
        found = load_names_page(tagged.conn, kind, "", order_of_names(None), 1)  # type: ignore[arg-type]
        plan = [row[3] for row in tagged.execute(f"EXPLAIN QUERY PLAN {found.sql}", found.params)]
        assert f"SEARCH entry_{kind}s USING COVERING INDEX entry_{kind}s_{kind} ({kind}=?)" in plan


@given(st.text())
def test_any_part_can_be_asked_for(part: str) -> None:
    db = Database(memory=True)
    db.conn.executescript(
        "CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE entry_tags (tag)"
    )
    assert load_names_page(db.conn, "tag", part, order_of_names(part), 1).count == 0


# Shares


def years(db: Database, first: int, last: int) -> None:
    """Twenty entries a year, of which as many as the last digit of the year says have the tag 1."""
    feed = add_feed(db)
    for year in range(first, last + 1):
        for number in range(FEWEST_OF_PERIOD):
            tags = ["one"] if number < year % 10 else ["other"]
            add_entry(db, feed, date=f"{year}-05-{number + 1:02}T00:00:00Z", tags=tags, authors=tags)
    db.execute("UPDATE entries SET published = date")


@pytest.mark.parametrize("kind", ["tag", "author"])
def test_a_share_is_of_all_dated_entries_of_a_year(db: Database, kind: str) -> None:
    years(db, 2011, 2017)
    [id] = [int(row["id"]) for row in db[f"{kind}s"].rows if row["name"] == "one"]
    shares = load_shares(db.conn, kind, (id,), END)  # type: ignore[arg-type]
    assert (shares.unit, shares.first, shares.last) == ("year", "2011", "2017")
    assert shares.of[id].in_words == "35 % in 2017"


def test_where_years_are_few_it_is_of_months_and_where_these_are_few_there_is_none(db: Database) -> None:
    feed = add_feed(db)
    for month in range(1, 6):
        add_entry(db, feed, date=f"2025-{month:02}-01T00:00:00Z", tags=["one"])
    assert load_shares(db.conn, "tag", (1,), END).of == {}
    for number in range(FEWEST_OF_PERIOD):
        add_entry(db, feed, date=f"2025-06-{number + 1:02}T00:00:00Z", tags=["one"])
    shares = load_shares(db.conn, "tag", (1,), END)
    assert (shares.unit, shares.first, shares.last) == ("month", "2025-01", "2025-06")
    assert shares.of[1].in_words == "100 % in 2025-06"


def test_an_archive_without_entries_has_no_shares(db: Database) -> None:
    assert load_shares(db.conn, "tag", (), END).of == {}


def test_a_period_of_few_entries_has_no_share() -> None:
    few, many = {"2023": 1}, {"2023": 3, "2024": 100}
    assert share_of({"2023": 1}, few, ["2023"]) is None
    assert share_of({"2023": 3, "2024": 1}, many, ["2023", "2024"]).in_words == "1 % in 2024"  # type: ignore[union-attr]
    assert share_of({"2024": 1}, {"2024": 1000}, ["2024"]).in_words == "under 1 % in 2024"  # type: ignore[union-attr]


@given(st.dictionaries(st.sampled_from(["2021", "2022", "2023"]), st.integers(0, 99)))
def test_a_share_is_never_more_than_all(counts: dict[str, int]) -> None:
    totals = {year: max(n, FEWEST_OF_PERIOD) for year, n in counts.items()}
    share = share_of(counts, totals, ["2021", "2022", "2023"])
    assert share is None or 0 < share.percent <= 100
