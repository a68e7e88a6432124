import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.pages.author_or_tag import find_named
from ingest.pages.listing import Scope, count_periods, feed_scope, items_of, list_entries, scope_before
from tests.empty_archive import empty_tables
from tests.ingest.pages.archives import add_entry, add_feed, add_names

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
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {asked[0]}")]
    within = plan[: plan.index("SCAN page")]
    assert any("USING INDEX entries_" in step or "COVERING INDEX entries_" in step for step in within), plan
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
