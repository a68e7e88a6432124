"""Parsing the parameters of the search page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.search_request import MOST_COMPARED, parse_search_request, versus


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("a vs b", ["a", "b"]),
        ("a VS. b vs c", ["a", "b", "c"]),
        ("tag:x y vs z", ["tag:x y", "z"]),
        ("a vs a", ["a", "a"]),
        ('"a vs b"', ['"a vs b"']),
        ('"a vs b" vs c', ['"a vs b"', "c"]),
        ("“a vs b” vs c", ["“a vs b”", "c"]),
        ('x "a vs b', ['x "a vs b']),
        ("vs", ["vs"]),
        ("a vs", ["a vs"]),
        ("vs b", ["vs b"]),
        ("a vs vs b", ["a vs vs b"]),
        ("avs b", ["avs b"]),
        ("vs:a b", ["vs:a b"]),
        ("", [""]),
    ],
)
def test_queries_are_compared(text: str, queries: list[str]) -> None:
    assert versus(text) == queries


def test_several_texts_are_one_query() -> None:
    assert parse_search_request(["feed:1", "", "river"], None, None, None).text == "feed:1 river"


@given(st.lists(st.text()), st.text() | st.none(), st.text() | st.none(), st.text() | st.none())
def test_any_parameters_ask_for_something(
    texts: list[str], sort: str | None, page: str | None, chosen: str | None
) -> None:
    asked = parse_search_request(texts, sort, page, chosen)
    assert 1 <= len(asked.queries) <= MOST_COMPARED
    assert asked.query in asked.queries
    assert asked.page >= 1
    assert asked.sort in ("relevance", "newest", "oldest")


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("feed:43 robot vs image", ["feed:43 robot", "feed:43 image"]),
        ("lang:en -tag:x robot vs image", ["lang:en -tag:x robot", "lang:en -tag:x image"]),
        ("feed:43 robot vs feed:44 image", ["feed:43 robot", "feed:44 image"]),
        ("tag:a vs b", ["tag:a", "b"]),
        ("robot tag:a vs b", ["robot tag:a", "b"]),
        ("robot vs image", ["robot", "image"]),
    ],
)
def test_operators_before_the_first_words_count_for_each_of_the_queries(
    text: str, queries: list[str]
) -> None:
    assert [*parse_search_request([text], None, None, None).texts] == queries


def test_a_comparison_within_a_feed_stays_there() -> None:
    within = parse_search_request(["feed:43", "robot vs image"], None, None, None)
    assert within.texts == ("feed:43 robot", "feed:43 image")


PASSED_OVER = [
    ({"page": "abc"}, "There is no page “abc”: this is the first one."),
    ({"page": "0"}, "There is no page “0”: this is the first one."),
    ({"page": "-1"}, "There is no page “-1”: this is the first one."),
    ({"page": "9" * 400}, f"There is no page “{'9' * 40}…”: this is the first one."),
    ({"sort": "foo"}, "There is no order “foo”: there is relevance, newest and oldest."),
    ({"chosen": "9"}, "There is no query “9” here: these are the results of the first."),
]


@pytest.mark.parametrize(("odd", "note"), PASSED_OVER)
def test_what_a_parameter_cannot_mean_is_said(odd: dict[str, str], note: str) -> None:
    parameters = {"sort": None, "page": None, "chosen": None, **odd}
    asked = parse_search_request(["a vs b"], **parameters)
    assert asked.notes == (note,)
    assert (asked.sort, asked.page, asked.chosen) == ("relevance", 1, 0)


@pytest.mark.parametrize("given", [("", "", ""), ("relevance", "1", "1"), ("oldest", "99999", "2")])
def test_of_parameters_that_mean_something_nothing_is_said(given: tuple[str, str, str]) -> None:
    assert parse_search_request(["a vs b"], *given).notes == ()


@pytest.mark.parametrize("text", ["a vs a", "AI vs ai", "tag:x AI vs ai", '"big river" vs "Big River"'])
def test_what_is_compared_with_itself_is_searched_for_and_that_said(text: str) -> None:
    asked = parse_search_request([text], None, None, None)
    assert len(asked.queries) == 1
    assert "vs" not in asked.texts[0]
    assert asked.notes == ("The queries are the same, so there is nothing to compare.",)


def test_what_stands_twice_among_others_is_compared_once() -> None:
    asked = parse_search_request(["a vs b vs A vs c"], None, None, None)
    assert asked.texts == ("a", "b", "c")
    assert asked.notes == ("What stands twice is compared once.",)


def test_names_that_differ_in_case_alone_are_compared_where_they_are_meant_exactly() -> None:
    assert len(parse_search_request(["tag:=AI vs tag:=ai"], None, None, None).queries) == 2
