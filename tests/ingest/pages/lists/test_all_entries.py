"""All entries: those that are dated in order, the others counted, along indexes."""

import pytest
from sqlite_utils import Database

from ingest.pages import search
from ingest.pages.lists import all_entries
from ingest.pages.lists.all_entries import load_all_entries
from ingest.pages.search import HITS
from ingest.pages.search_request import parse_search_request
from tests.ingest.search.searchable import add_entry, add_feed

END = "2025-02-01"


def listed(db: Database, sort: str = "newest") -> tuple[list[int], int, int, int]:
    shown = load_all_entries(db.conn, parse_search_request([], sort, None, None), END)
    return [hit.id for hit in shown.found.results.hits], shown.total, shown.undated, shown.later


def fill(db: Database, *entries: tuple[str, str]) -> None:
    feed = add_feed(db)
    for date, date_from in entries:
        db["entries"].update(add_entry(db, feed, date=date), {"date_from": date_from})


def test_the_newest_come_first_and_what_is_undated_or_ahead_is_counted(db: Database) -> None:
    fill(
        db,
        ("2024-01-01T00:00:00Z", "published"),
        ("2024-03-01T00:00:00Z", "updated"),
        ("2024-02-01T00:00:00Z", "seen"),
        ("2024-02-02T00:00:00Z", "document"),
        ("2099-01-01T00:00:00Z", "published"),
    )
    assert listed(db) == ([2, 1], 5, 2, 1)
    assert listed(db, "oldest") == ([1, 2], 5, 2, 1)


def test_where_none_is_dated_all_are_listed(db: Database) -> None:
    fill(db, ("2024-01-01T00:00:00Z", "seen"), ("2024-02-01T00:00:00Z", "seen"))
    assert listed(db) == ([2, 1], 2, 2, 0)


def test_beyond_the_last_page_that_is_shown_there_are_more(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (search, all_entries):
        monkeypatch.setattr(module, "MOST_PAGES", 2)
    fill(db, *[("2024-01-01T00:00:00Z", "published")] * (2 * HITS))
    pages = [parse_search_request([], None, page, None) for page in ("1", "2")]
    assert [load_all_entries(db.conn, page, END).is_cut for page in pages] == [False, False]
    fill(db, ("2024-01-01T00:00:00Z", "published"))
    assert [load_all_entries(db.conn, page, END).is_cut for page in pages] == [False, True]


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_each_query_is_answered_along_an_index(db: Database, sort: str) -> None:
    fill(db, ("2024-01-01T00:00:00Z", "published"))
    seen: list[str] = []
    db.conn.set_trace_callback(seen.append)
    listed(db, sort)
    db.conn.set_trace_callback(None)
    for sql in [
        one for one in seen if "FROM entries" in one and "json_each" not in one and "pragma" not in one
    ]:
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert all("COVERING INDEX" in step for step in plan if "entries" in step), (sql, plan)
        assert not any("TEMP B-TREE" in step for step in plan), (sql, plan)
