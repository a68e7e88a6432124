import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.pages.author_or_tag import find_named
from ingest.pages.listing import (
    Scope,
    count_periods,
    feed_scope,
    items_of,
    list_entries,
    scope_before,
)
from ingest.pages.listing_sql import listing_sql
from tests.empty_archive import empty_tables
from tests.ingest.pages.archives import SEEN, add_entry, add_feed, add_names

EVERYTHING = scope_before("9999")


def fill(db: Database) -> None:
    """Two feeds of ten entries each, two to a date."""
    for feed in (1, 2):
        add_feed(db, feed)
        for n in range(10):
            add_entry(db, feed * 100 + n, f"2024-{n // 2 + 1:02}-17T10:00:00Z", feed=feed)


def ids(connection: sqlite3.Connection, scope: Scope, **asked: str) -> list[int]:
    return [item.id for item in list_entries(connection, scope, limit=100, **asked).items]


def test_the_newest_come_first_and_of_one_date_the_first_in_the_archive(db: Database) -> None:
    fill(db)
    assert ids(db.conn, feed_scope(1)) == [108, 109, 106, 107, 104, 105, 102, 103, 100, 101]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20, 21])
def test_pages_follow_one_another_forward_and_back(db: Database, limit: int) -> None:
    fill(db)
    forward, cursor = [], None
    while True:
        page = list_entries(db.conn, EVERYTHING, limit=limit, cursor=cursor)
        forward.append(page.items)
        if not page.older:
            break
        cursor = page.older
    backward = [page.items]
    while page.newer:
        page = list_entries(db.conn, EVERYTHING, limit=limit, cursor=page.newer)
        backward.insert(0, page.items)
    assert len({item.id for items in forward for item in items}) == 20
    assert [item for items in backward for item in items] == [item for items in forward for item in items]


def test_the_first_and_the_last_page_say_so(db: Database) -> None:
    fill(db)
    first = list_entries(db.conn, EVERYTHING, limit=10)
    assert first.newer is None
    last = list_entries(db.conn, EVERYTHING, limit=10, cursor=first.older)
    assert last.older is None
    assert list_entries(db.conn, EVERYTHING, limit=10, cursor=last.newer).newer is None


def test_a_period_is_a_year_a_month_or_a_day(db: Database) -> None:
    fill(db)
    assert ids(db.conn, feed_scope(1), period="2024-03") == [104, 105]
    assert ids(db.conn, feed_scope(1), period="2024-03-17") == [104, 105]
    assert len(ids(db.conn, feed_scope(1), period="2024")) == 10
    assert ids(db.conn, feed_scope(1), period="2023") == []


def test_months_are_counted(db: Database) -> None:
    fill(db)
    assert count_periods(db.conn, feed_scope(2)) == {f"2024-{month:02}": 2 for month in range(1, 6)}


def test_items_keep_their_order_and_what_is_missing_is_left_out(db: Database) -> None:
    fill(db)
    assert [item.id for item in items_of(db.conn, [204, 999, 100])] == [204, 100]


@given(cursor=st.text(), period=st.text())
def test_no_cursor_or_period_is_an_error(cursor: str, period: str) -> None:
    db = empty_tables()
    list_entries(db.conn, EVERYTHING, limit=5, cursor=cursor, period=period)
    db.close()


@pytest.mark.parametrize("scope", [EVERYTHING, feed_scope(1)])
@pytest.mark.parametrize("cursor", [None, "2024-03-17T10:00:00Z~5", "-2024-03-17T10:00:00Z~5"])
@pytest.mark.parametrize("period", [None, "2024"])
def test_a_page_is_found_by_an_index_and_nothing_is_sorted(
    db: Database, scope: Scope, cursor: str | None, period: str | None
) -> None:
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    list_entries(db.conn, scope, limit=10, cursor=cursor, period=period)
    db.conn.set_trace_callback(None)
    pages = [statement for statement in asked if "AS page" in statement]
    assert pages
    for statement in pages:
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
        within = plan[: plan.index("SCAN page")]
        assert any("USING INDEX entries_" in step or "COVERING INDEX entries_" in step for step in within), (
            plan
        )
        assert not any("TEMP B-TREE" in step for step in within), plan


def test_entries_of_a_common_tag_are_walked_by_date(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(db)
    tag = add_names(db, "tags", "common", *range(100, 110))
    found = find_named(db.conn, "tag", tag)
    assert found
    rare = ids(db.conn, found.scope)
    monkeypatch.setattr("ingest.pages.author_or_tag.COMMON", 5)
    found = find_named(db.conn, "tag", tag)
    assert found
    assert ids(db.conn, found.scope) == rare == [108, 109, 106, 107, 104, 105, 102, 103, 100, 101]


def half_undated(db: Database) -> None:
    """Ten entries that their feed dates in 2018, and ten that it does not, imported on two days of 2024."""
    add_feed(db)
    for n in range(10):
        add_entry(db, n, f"2018-05-{n + 10}T10:00:00Z", published=f"2018-05-{n + 10}T10:00:00Z")
        add_entry(db, 100 + n, f"2024-06-0{n % 2 + 1}T00:00:00Z", date_from="seen")


NEWEST_DATED_FIRST = [*range(9, -1, -1), 101, 103, 105, 107, 109, 100, 102, 104, 106, 108]


@pytest.mark.parametrize("scope", [EVERYTHING, feed_scope(1)])
def test_what_is_not_dated_comes_after_all_that_is(db: Database, scope: Scope) -> None:
    half_undated(db)
    assert ids(db.conn, scope) == NEWEST_DATED_FIRST


@pytest.mark.parametrize("limit", [1, 3, 10, 11, 20])
def test_pages_lead_over_the_end_of_what_is_dated_and_back(db: Database, limit: int) -> None:
    half_undated(db)
    page = list_entries(db.conn, EVERYTHING, limit=limit)
    forward = [page.items]
    while page.older:
        page = list_entries(db.conn, EVERYTHING, limit=limit, cursor=page.older)
        forward.append(page.items)
    backward = [page.items]
    while page.newer:
        page = list_entries(db.conn, EVERYTHING, limit=limit, cursor=page.newer)
        backward.insert(0, page.items)
    assert [item.id for items in forward for item in items] == NEWEST_DATED_FIRST
    assert [item.id for items in backward for item in items] == NEWEST_DATED_FIRST


@pytest.mark.parametrize("limit", [4, 10, 13])
def test_the_sql_of_a_page_has_its_rows_also_where_some_are_undated(db: Database, limit: int) -> None:
    half_undated(db)
    cursor: str | None = None
    while True:
        page = list_entries(db.conn, feed_scope(1), limit=limit, cursor=cursor)
        rows = db.execute(listing_sql(feed_scope(1), page)).fetchall()
        assert [row[0] for row in rows] == [item.id for item in page.items]
        if not page.older:
            break
        cursor = page.older


def test_a_period_has_nothing_that_is_undated(db: Database) -> None:
    half_undated(db)
    assert ids(db.conn, EVERYTHING, period="2024") == []
    assert ids(db.conn, EVERYTHING, period="2024", cursor="_2024-06-02T00:00:00Z~101") == []
    assert len(ids(db.conn, EVERYTHING, period="2018")) == 10


def test_what_its_feed_dates_in_the_future_says_when(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, SEEN, published="2099-01-01T00:00:00Z", date_from="seen")
    add_entry(db, 2, SEEN, date_from="seen")
    add_entry(db, 3, published="2024-05-17T10:00:00Z")
    said = {item.id: (item.dated_ahead, item.date_from) for item in items_of(db.conn, [1, 2, 3])}
    assert said == {1: ("2099-01-01T00:00:00Z", "seen"), 2: (None, "seen"), 3: (None, "published")}
