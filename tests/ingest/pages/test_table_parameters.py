"""Validation of the parameters of the table page, and the notes on ignored ones."""

import pytest

from ingest.pages.table_parameters import Pair, Table, usable_parameters

ENTRIES = Table(
    columns=frozenset(("id", "feed", "title", "date", "year", "month", "words", "removed")),
    sortable=("id", "date", "words"),
    sorted=True,
    lookups=frozenset(("exact", "contains", "gt", "gte", "lt", "in", "isnull", "date")),
    most_rows=1000,
)
MEANT = [
    ("feed", "2"),
    ("words__gt", "-1.5"),
    ("title", ""),
    ("title__contains", "no number"),
    ("feed__in", "1,2"),
    ("removed__isnull", "1"),
    ("year", "2024"),
    ("month", "2024-05"),
    ("date__gte", "2024"),
    ("date__lt", "2024-05~"),
    ("date", "2024-05-17T10:00:00Z"),
    ("_sort", "words"),
    ("_next", "2024-05-17T10~3A00~3A00Z,7"),
    ("_next", "$null,7"),
    ("_facet", "month"),
    ("_facet", '{"column": "month"}'),
    ("_facet_date", "date"),
    ("_facet_many", "hosts"),
    ("_facet_time", "day"),
    ("_day", "2024-05"),
    ("_size", "max"),
    ("_size", "1000"),
    ("_col", "title"),
    ("_search_title", "river"),
    ("_search", "no such thing"),
    ("_unknown", "to us"),
]
# What is passed over, and a part of what is said.
NOT_MEANT = [
    ("feed", "abc", "“abc” is no number"),
    ("feed", "", "“” is no number"),
    ("year", "abcd", "“abcd” is no year"),
    ("month__gt", "May", "“May” is no month"),
    ("date__gte", "notadate", "“notadate” is no date"),
    ("date__lt", "2024-13", "“2024-13” is no date"),
    ("nope", "1", "no column “nope”"),
    ("nope__gt", "1", "no column “nope”"),
    ("title__nope", "1", "no filter “nope”"),
    ("", "1", "no column “”"),
    ("_sort", "nope", "cannot be sorted by “nope”. They can be by id, date, words."),
    ("_sort_desc", "title", "cannot be sorted by “title”"),
    ("_next", "garbage", "no such page"),
    ("_next", "7", "no such page"),
    ("_next", "a,b,7", "no such page"),
    ("_facet", "nope", "no column “nope”"),
    ("_facet", "{", "no column “{”"),
    ("_facet", '{"column": []}', "no column"),
    ("_facet", "{" * 9 + "[" * 99_999, "no column"),
    ("_facet_date", "nope", "no column “nope”"),
    ("_facet_array", "title", "“title” has no lists"),
    ("_facet_many", "nope", "no facet “nope” here. There are tags, authors, hosts."),
    ("_facet_time", "week", "no facet “week” here. There are year, month, day."),
    ("_day", "2023-02-30", "“2023-02-30” is no day"),
    ("_size", "abc", "“abc” is no number of rows up to 1,000"),
    ("_size", "1001", "“1001” is no number of rows"),
    ("_size", "9" * 9999, "is no number of rows"),
    ("_col", "nope", "no column “nope”"),
    ("_search_nope", "x", "no search in “nope”"),
    ("x" * 9999, "1", "x…”"),
]


def test_operators_in_the_search_of_the_table_are_kept_and_led_to_the_search_that_knows_them() -> None:
    kept, [note] = usable_parameters([("_search", "tide tag:Moon")], ENTRIES)
    assert kept == [("_search", "tide tag:Moon")] and "top of the page" in note


@pytest.mark.parametrize("pair", MEANT)
def test_what_means_something_is_kept(pair: Pair) -> None:
    assert usable_parameters([pair], ENTRIES) == ([pair], [])


@pytest.mark.parametrize(("name", "value", "said"), NOT_MEANT, ids=lambda text: text[:20])
def test_what_means_nothing_is_passed_over_with_a_word(name: str, value: str, said: str) -> None:
    others = [("title__contains", "river"), ("_facet", "feed")]
    kept, [note] = usable_parameters([others[0], (name, value), others[1]], ENTRIES)
    assert kept == others
    assert said in note
    assert len(note) < 200


def test_the_second_of_two_orders_is_passed_over() -> None:
    kept, notes = usable_parameters([("_sort", "id"), ("_sort_desc", "date")], ENTRIES)
    assert kept == [("_sort", "id")]
    assert notes == ["Entries are sorted by one column at a time, so “date” was passed over."]


def test_an_order_comes_after_one_that_means_nothing() -> None:
    assert usable_parameters([("_sort", "nope"), ("_sort_desc", "date")], ENTRIES)[0] == [
        ("_sort_desc", "date")
    ]


@pytest.mark.parametrize(("asked", "kept"), [("7", True), ("a,7", False)])
def test_where_nothing_is_sorted_a_page_begins_after_a_number_alone(asked: str, kept: bool) -> None:
    unsorted = Table(ENTRIES.columns, ENTRIES.sortable, False, ENTRIES.lookups, 1000)
    assert bool(usable_parameters([("_next", asked)], unsorted)[0]) == kept


def test_what_a_form_sends_is_left_to_datasette() -> None:
    sent = [("_sort", "nope"), ("_sort_by_desc", "on"), ("_filter_column", "nope")]
    assert usable_parameters(sent, ENTRIES) == (sent, [])


def test_of_many_things_that_mean_nothing_a_few_are_named() -> None:
    kept, notes = usable_parameters([(f"nope{n}", "1") for n in range(1000)], ENTRIES)
    assert kept == []
    assert len(notes) == 5
