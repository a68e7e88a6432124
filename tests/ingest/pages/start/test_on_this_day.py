"""What was published on one day of the calendar in all the years."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.pages.start.on_this_day import MOST_OF_A_YEAR, OnThisDay, day_of_calendar, load_on_this_day
from tests.ingest.pages.archives import add_entry, add_feed

PRESENT = "2026-03-01T12:00:00Z"


def years(found: OnThisDay) -> dict[str, list[int]]:
    return {year.day: [item.id for item in year.items] for year in found.years}


def fill(db: Database, *dates: str) -> None:
    add_feed(db)
    for id, date in enumerate(dates, 1):
        add_entry(db, id, f"{date}T10:00:00Z")


def test_each_year_has_its_entries_the_latest_year_first(db: Database) -> None:
    fill(db, "2019-03-01", "2019-03-02", "2024-03-01", "2024-02-28", "2019-03-01")
    assert years(load_on_this_day(db.conn, None, PRESENT)) == {"2024-03-01": [3], "2019-03-01": [1, 5]}


def test_what_is_not_dated_is_on_no_day(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, "2024-03-01T00:00:00Z", date_from="seen")
    assert years(load_on_this_day(db.conn, "03-01", PRESENT)) == {}


def test_what_lies_in_the_future_is_not_there(db: Database) -> None:
    fill(db, "2026-03-01", "2026-05-01", "2027-03-01")
    assert years(load_on_this_day(db.conn, None, PRESENT)) == {"2026-03-01": [1]}
    assert years(load_on_this_day(db.conn, "05-01", PRESENT)) == {}


def test_where_today_has_nothing_it_is_the_last_day_that_has_something(db: Database) -> None:
    fill(db, "2019-02-27", "2020-02-20")
    found = load_on_this_day(db.conn, None, PRESENT)
    assert (found.day, found.asked, years(found)) == ("02-27", "03-01", {"2019-02-27": [1]})


def test_what_was_asked_for_and_has_nothing_is_that_day(db: Database) -> None:
    fill(db, "2019-02-27")
    found = load_on_this_day(db.conn, "02-28", PRESENT)
    assert (found.day, found.years, found.before, found.after) == ("02-28", (), "02-27", "02-29")


def test_the_last_day_of_february_has_its_own_years(db: Database) -> None:
    fill(db, "2020-02-29", "2019-03-01", "2024-02-29")
    assert years(load_on_this_day(db.conn, "02-29", PRESENT)) == {"2024-02-29": [3], "2020-02-29": [1]}


def test_of_a_day_with_many_the_first_are_shown_and_that_there_are_more(db: Database) -> None:
    fill(db, *["2019-03-01"] * (MOST_OF_A_YEAR + 1))
    [year] = load_on_this_day(db.conn, None, PRESENT).years
    assert len(year.items) == MOST_OF_A_YEAR and year.more and year.following == "2019-03-02"


def test_its_sql_finds_the_same(db: Database) -> None:
    fill(db, "2019-03-01", "2019-03-02", "2024-03-01")
    found = load_on_this_day(db.conn, None, PRESENT)
    assert [row[0] for row in db.execute(found.sql)] == [3, 1]


def test_each_year_is_looked_up_in_an_index(db: Database) -> None:
    fill(db, "2019-03-01", "2020-03-01")
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    load_on_this_day(db.conn, None, PRESENT)
    db.conn.set_trace_callback(None)
    for statement in [one for one in asked if "max(date)" in one or "ORDER BY date" in one]:
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert all("USING COVERING INDEX entries_dated" in step for step in plan), plan


@pytest.mark.parametrize(("text", "day"), [("05-17", "05-17"), ("2023-05-17", "05-17"), ("02-29", "02-29")])
def test_a_day_is_a_month_and_a_day(text: str, day: str) -> None:
    assert day_of_calendar(text) == day


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    assert day_of_calendar(text) is None or len(day_of_calendar(text) or "") == 5


@given(st.text(min_size=1, max_size=30))
def test_no_date_that_other_programs_wrote_is_an_error(date: str) -> None:
    from tests.empty_archive import empty_tables

    db = empty_tables()
    add_feed(db)
    add_entry(db, 1, date)
    load_on_this_day(db.conn, None, PRESENT)
    db.close()
