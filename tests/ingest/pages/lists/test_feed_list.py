"""The list of feeds: what each published, its rhythm and status, in which order, filtered."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.pages.lists.feed_list import (
    FEED_ORDERS,
    MOST_FEEDS,
    FeedInList,
    arrange_feeds,
    feeds_sql,
    load_feeds,
)
from tests.ingest.search.searchable import add_entry, add_feed

END, TODAY = "2025-01-03", "2025-01-01"
ONE = FeedInList(
    1, "One", None, "https://one.example/feed", None, None, "active", 0, 9, "2024-12-31", 10.0, 9
)


def feed(id: int, title: str, **columns: object) -> FeedInList:
    return replace(ONE, id=id, title=title, **columns)  # type: ignore[arg-type]


def titles(feeds: list[FeedInList], named: str = "", sort: str | None = None) -> list[str]:
    groups = arrange_feeds(feeds, named, sort, 1, TODAY).groups
    return [one.title for group in groups for one in group.feeds]


def test_a_feed_has_the_number_of_its_entries_and_the_date_of_the_newest_that_is_dated(db: Database) -> None:
    number = add_feed(db)
    for date in ("2024-01-01T00:00:00Z", "2024-01-11T00:00:00Z", "2024-01-21T00:00:00Z"):
        add_entry(db, number, date=date)
    undated, ahead = (
        add_entry(db, number, date="2024-12-01T00:00:00Z"),
        add_entry(db, number, date="2099-01-01"),
    )
    db["entries"].update(undated, {"date_from": "seen"})
    [one] = load_feeds(db.conn, END)
    assert (one.entries, one.last, one.span, one.latest) == (ahead, "2024-01-21T00:00:00Z", 20.0, 3)


def test_a_feed_without_entries_is_in_the_list(db: Database) -> None:
    add_feed(db)
    [one] = load_feeds(db.conn, END)
    assert (one.entries, one.last, one.rhythm, one.status(TODAY)) == (0, None, "", "")


def test_an_index_answers_what_each_feed_published(db: Database) -> None:
    seen: list[str] = []
    db.conn.set_trace_callback(seen.append)
    load_feeds(db.conn, END)
    db.conn.set_trace_callback(None)
    [sql] = [one for one in seen if "latest AS" in one]
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert sum("COVERING INDEX entries_feed_" in step for step in plan) == 2
    assert not any(step.startswith("SCAN entries") for step in plan)


@pytest.mark.parametrize(
    ("latest", "span", "said"),
    [
        (20, 1.0, "19 a day"),
        (20, 0.1, "19 a day"),
        (15, 14.0, "1 a day"),
        (3, 7.0, "2 a week"),
        (3, 60.0, "1 a month"),
        (3, 200.0, "4 a year"),
        (3, 4000.0, "1 a year"),
        (2, 10.0, ""),
        (9, 0.0, ""),
        (0, None, ""),
    ],
)
def test_its_rhythm_is_that_of_its_latest_entries(latest: int, span: float | None, said: str) -> None:
    assert replace(ONE, latest=latest, span=span).rhythm == said


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, ""),
        ({"failures": 3}, "fails"),
        ({"state": "gone", "failures": 3}, "gone"),
        ({"state": "paused"}, "paused"),
        ({"state": "paused", "url": "file:///a"}, "from a file"),
        ({"last": "2023-01-01"}, "no longer publishing"),
        ({"last": "2023-01-01", "span": 3000.0}, ""),
        ({"last": "2023-01-01", "latest": 2}, ""),
        ({"last": "sometime"}, ""),
        ({"last": None}, ""),
    ],
)
def test_its_status_says_what_is_worth_knowing(columns: dict[str, object], said: str) -> None:
    assert feed(1, "One", **columns).status(TODAY) == said


FEEDS = [
    feed(1, "Émile", folder="News", last="2024-01-01", entries=5, span=1.0),
    feed(2, "zebra", folder=None, last="2024-03-01", entries=50, span=100.0, failures=1),
    feed(3, "Apple", folder="Art", last=None, entries=0, span=None),
]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (None, ["Apple", "Émile", "zebra"]),
        ("folder", ["Apple", "Émile", "zebra"]),
        ("-folder", ["zebra", "Émile", "Apple"]),
        ("name", ["Apple", "Émile", "zebra"]),
        ("last", ["zebra", "Émile", "Apple"]),
        ("-last", ["Apple", "Émile", "zebra"]),
        ("entries", ["zebra", "Émile", "Apple"]),
        ("rhythm", ["Émile", "zebra", "Apple"]),
        ("status", ["zebra", "Émile", "Apple"]),
        ("nonsense", ["Apple", "Émile", "zebra"]),
    ],
)
def test_they_are_sorted_as_is_asked(sort: str | None, order: list[str]) -> None:
    assert titles(FEEDS, sort=sort) == order


def test_by_folder_each_folder_has_a_heading_and_the_others_come_last() -> None:
    assert [group.folder for group in arrange_feeds(FEEDS, "", None, 1, TODAY).groups] == [
        "Art",
        "News",
        None,
    ]


def test_where_there_are_no_folders_they_are_not_sorted_by_them() -> None:
    shown = arrange_feeds([feed(1, "b"), feed(2, "A")], "", "folder", 1, TODAY)
    assert (shown.sorted.keys, titles([feed(1, "b"), feed(2, "A")])) == (FEED_ORDERS[1:], ["A", "b"])


@pytest.mark.parametrize(
    ("named", "found"),
    [("emile", ["Émile"]), ("ÉMI", ["Émile"]), ("news", ["Émile"]), ("one.example", None), ("nowhere", [])],
)
def test_a_filter_finds_parts_of_titles_sites_and_folders(named: str, found: list[str] | None) -> None:
    assert titles(FEEDS, named) == (titles(FEEDS) if found is None else found)


def test_beyond_a_page_there_is_another_and_the_last_is_the_last() -> None:
    many = [feed(number, f"feed {number:05}") for number in range(MOST_FEEDS + 5)]
    first, second, beyond = (arrange_feeds(many, "", None, page, TODAY) for page in (1, 2, 99))
    assert (first.has_more, len(first.ids), len(second.ids), second.has_more) == (True, MOST_FEEDS, 5, False)
    assert beyond == second


def test_feeds_of_one_name_are_noted() -> None:
    assert arrange_feeds([feed(1, "A"), feed(2, "A"), feed(3, "B")], "", None, 1, TODAY).twins == {"A"}


@pytest.mark.parametrize("sort", [*FEED_ORDERS, *(f"-{one}" for one in FEED_ORDERS)])
def test_the_sql_finds_the_feeds_that_are_shown(db: Database, sort: str) -> None:
    for number, folder in ((1, "News"), (2, None), (3, "Art")):
        db["feeds"].update(add_feed(db, f"Feed {number}"), {"folder": folder})
    for named, count in (("", 3), ("feed 2", 1)):
        shown = arrange_feeds(load_feeds(db.conn, END), named, sort, 1, TODAY)
        rows = db.execute(feeds_sql(shown, END)).fetchall()
        assert {row[0] for row in rows} == set(shown.ids)
        assert len(rows) == count


@given(st.text(), st.text(), st.integers(0, 10**9))
def test_any_filter_sort_and_page_has_a_list(named: str, sort: str, page: int) -> None:
    assert arrange_feeds(FEEDS, named, sort, max(page, 1), TODAY).total == 3
