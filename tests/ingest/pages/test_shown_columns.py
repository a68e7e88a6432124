"""How columns of Datasette's tables are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from ingest.pages.shown_columns import is_narrow, shown_columns, shown_value

LINK = Markup('<a href="/entry/1">One</a>')


def kinds(names: str, *rows: tuple[str, ...]) -> list[str]:
    return [column.kind for column in shown_columns(names.split(), rows)]


def beside(names: str, table: str | None = None, is_asked_for: bool = False) -> list[str]:
    row = [tuple("x" for _ in names.split())]
    columns = shown_columns(names.split(), row, table, is_asked_for)
    return [
        name
        for name, column in zip(names.split(), columns, strict=True)
        if column.kind != "title" and not column.is_minor
    ]


def test_the_title_of_a_row_is_its_title() -> None:
    assert kinds("id title feed", ("1", LINK, "Notes")) == ["key", "title", "text"]


def test_the_title_of_a_row_without_one_is_the_first_text() -> None:
    assert kinds("n said", ("3", "some words")) == ["number", "title"]
    assert kinds("n", ("3",)) == ["number"]


def test_numbers_are_numbers_where_they_do_not_name_anything() -> None:
    row = ("x", "12000", "2.5", "2024", "12")
    assert kinds("title entries score year feed_id", row)[1:] == ["number", "number", "key", "key"]


def test_a_column_with_one_word_among_its_numbers_is_a_text() -> None:
    assert kinds("title n", ("x", "12"), ("y", "many")) == ["title", "text"]


def test_blank_cells_do_not_tell() -> None:
    assert kinds("title n at", ("x", "12", ""), ("y", Markup("&nbsp;"), "2024-05-17")) == [
        "title",
        "number",
        "time",
    ]


def test_a_column_of_a_table_without_rows_is_known_by_its_name() -> None:
    assert kinds("id title") == ["text", "title"]


def test_what_programs_read_does_not_matter_on_a_telephone() -> None:
    assert beside("id title author url guid feed_id words") == ["author", "words"]


def test_five_values_beside_the_title_are_enough() -> None:
    assert beside("title a b c d e f g") == ["a", "b", "c", "d", "e"]


def test_of_the_table_of_entries_it_is_known_what_matters() -> None:
    assert beside("id feed title author date excerpt words language", "entries") == [
        "feed",
        "author",
        "date",
        "words",
    ]


def test_the_numbers_of_what_is_named_beside_them_are_for_programs_in_a_ready_query_alone() -> None:
    names, row = "entry title feed feed_id".split(), [("1", LINK, "Notes", "7")]
    assert [column.is_left_out for column in shown_columns(names, row)] == [True, False, False, True]
    assert not any(column.is_left_out for column in shown_columns(names, row, "links"))
    assert not any(column.is_left_out for column in shown_columns(names, row, None, True))


def test_the_number_of_an_entry_stays_where_its_title_leads_nowhere() -> None:
    assert not any(column.is_left_out for column in shown_columns(["entry", "title"], [("1", "One")]))


def test_what_a_visitor_asks_for_all_matters() -> None:
    assert beside("title id url a b c d e f", is_asked_for=True) == "id url a b c d e f".split()


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("1234567", "number", "1,234,567"),
        ("-1234.5", "number", "-1,234.5"),
        ("0.125", "number", "0.125"),
        ("2024", "text", "2024"),
        ("a < b", "text", "a &lt; b"),
        ("2024-05-07", "time", '<time datetime="2024-05-07" title="2024-05-07">7 May 2024</time>'),
        (
            "2024-05-07T12:34:56Z",
            "time",
            '<time datetime="2024-05-07T12:34:56Z" title="2024-05-07T12:34:56Z" data-local>'
            "7 May 2024, 12:34 UTC</time>",
        ),
        (
            "2024-05-07T00:00:00Z",
            "time",
            '<time datetime="2024-05-07T00:00:00Z" title="2024-05-07T00:00:00Z">7 May 2024</time>',
        ),
    ],
)
def test_a_value_is_shown_as_elsewhere(value: str, kind: str, shown: str) -> None:
    assert shown_value(value, kind) == shown


def test_the_date_of_an_entry_is_its_day_as_in_other_lists() -> None:
    shown = shown_value("2024-05-07T12:34:56Z", "time", "date")
    assert shown == '<time datetime="2024-05-07T12:34:56Z" title="2024-05-07T12:34:56Z">7 May 2024</time>'


def test_what_is_markup_already_stays_as_it_is() -> None:
    assert shown_value(LINK, "number") == LINK


@given(
    st.lists(st.text(), min_size=1, max_size=3), st.sampled_from(["number", "time", "long", "text", "title"])
)
def test_whatever_a_cell_holds_it_is_escaped(values: list[str], kind: str) -> None:
    for value in values:
        assert "<script" not in str(shown_value(value + "<script>", kind))
        shown_columns(["title"], [(value,)])


def test_of_the_table_of_entries_few_columns_are_shown_unless_they_are_asked_for() -> None:
    names, row = ["title", "guid", "words"], [("x", "g", "3")]
    assert [column.is_left_out for column in shown_columns(names, row, "entries")] == [False, True, False]
    assert not any(column.is_left_out for column in shown_columns(names, row, "entries", True))


def test_what_went_wrong_with_documents_has_a_column_where_something_did() -> None:
    names = ["feed", "error"]
    assert shown_columns(names, [("x", "&nbsp;")], "documents")[1].is_left_out
    assert not shown_columns(names, [("x", "cut short")], "documents")[1].is_left_out


def test_a_name_and_a_few_numbers_fit_a_telephone_as_they_are() -> None:
    assert is_narrow(shown_columns(["tag", "entries", "feeds", "tag_id"], [(LINK, "3", "4", "5")]))
    assert not is_narrow(shown_columns(["title", "author", "words"], [(LINK, "Wren", "5")]))
    assert not is_narrow(shown_columns(["title", "a", "b", "c", "d"], [("x", "1", "2", "3", "4")]))
