"""The newest entries by day, and the lines on what came in without a date."""

from sqlite_utils import Database

from ingest.pages.start.imports import UndatedLine, load_undated_lines
from ingest.pages.start.news import MOST_UNDATED_LINES, by_day, load_news
from tests.ingest.pages.archives import SEEN, add_entry, add_feed

PRESENT = "2024-07-01T00:00:00Z"


def line(day: str, **values: int) -> UndatedLine:
    return UndatedLine(day, True, values.get("undated", 1), values.get("ahead", 0), None)


def test_the_newest_are_those_that_are_dated_and_not_in_the_future(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, "2024-05-17T10:00:00Z")
    add_entry(db, 2, SEEN, date_from="seen")
    add_entry(db, 3, "2099-01-01T00:00:00Z")
    news = load_news(db.conn, PRESENT)
    assert [item.id for item in news.items] == [1] and news.later == 1
    assert [row[0] for row in db.execute(news.sql)] == [1]


def test_the_sql_of_the_newest_sorts_nothing(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1)
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {load_news(db.conn, PRESENT).sql}")]
    assert not any("TEMP B-TREE" in step for step in plan), plan


def test_a_line_stands_on_its_day_among_the_entries(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, "2024-06-20T10:00:00Z")
    add_entry(db, 2, "2024-05-01T10:00:00Z")
    items = load_news(db.conn, PRESENT).items
    lines = [line("2024-06-01"), line("2024-05-01"), line("2023-01-01")]
    days = [(day.date, len(day.items), len(day.undated)) for day in by_day(items, lines)]
    assert days == [("2024-06-20", 1, 0), ("2024-06-01", 0, 1), ("2024-05-01", 1, 1)]


def test_there_are_few_lines() -> None:
    days = by_day((), [line(f"2024-06-{day:02}") for day in range(28, 0, -1)])
    assert [day.date for day in days] == ["2024-06-28", "2024-06-27", "2024-06-26"][:MOST_UNDATED_LINES]


def test_an_import_and_a_poll_of_one_day_have_a_line_each(db: Database) -> None:
    add_feed(db, 1)
    add_feed(db, 2)
    polled = "2024-06-01T08:00:00Z"
    db.table("polls").insert({"feed": 2, "at": polled})
    for id in (1, 2, 3):
        add_entry(db, id, SEEN, date_from="seen")
    add_entry(db, 4, SEEN, published="2099-01-01T00:00:00Z", date_from="seen")
    add_entry(db, 5, "2024-01-01T00:00:00Z", date_from="document")
    add_entry(db, 6, polled, feed=2, first_seen=polled, date_from="seen")
    assert load_undated_lines(db.conn) == (
        UndatedLine("2024-06-01", False, 1, 0, 2),
        UndatedLine("2024-06-01", True, 4, 1, 1),
    )


def test_a_line_of_one_feed_leads_to_its_entries_alone() -> None:
    assert UndatedLine("2024-06-01", True, 4, 1, 7).search == "is:undated feed:7"
    assert line("2024-06-01").search == "is:undated"
