"""What the address of a search asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.search import MOST_COMPARED, ask_for, versus


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("a vs b", ["a", "b"]),
        ("a VS. b vs c", ["a", "b", "c"]),
        ("tag:x y vs z", ["tag:x y", "z"]),
        ("a vs a", ["a vs a"]),
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
    assert ask_for(["feed:1", "", "river"], None, None, None).text == "feed:1 river"


@given(st.lists(st.text()), st.text() | st.none(), st.text() | st.none(), st.text() | st.none())
def test_any_parameters_ask_for_something(
    texts: list[str], sort: str | None, page: str | None, chosen: str | None
) -> None:
    asked = ask_for(texts, sort, page, chosen)
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
    assert [*ask_for([text], None, None, None).texts] == queries


def test_a_comparison_within_a_feed_stays_there() -> None:
    within = ask_for(["feed:43", "robot vs image"], None, None, None)
    assert within.texts == ("feed:43 robot", "feed:43 image")
