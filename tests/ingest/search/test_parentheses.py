"""Parentheses: what they join, what is text, and what is not closed."""

import itertools
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive
from ingest.search.explain import explain_query
from ingest.search.grouping import MAX_DEPTH
from ingest.search.hits import search
from ingest.search.parse import MAX_WORDS, parse_query
from ingest.search.sql import to_sql
from ingest.search.suggest import suggest
from ingest.search.unparse import unparse
from tests.ingest.search.searchable import add_entry, add_feed

MEANINGS = {
    "groups": {
        "(one two) OR three": "entries either (with “one” and “two”) or with “three”",
        "three OR (one two)": "entries either with “three” or (with “one” and “two”)",
        "(one OR two) three": "entries with “three”, with “one” or “two”",
        "(one AND two) OR (three AND four)": (
            "entries either (with “one” and “two”) or (with “three” and “four”)"
        ),
        "(one OR (two (three OR four))) five": (
            "entries with “five”, either with “one” or (with “two”, with “three” or “four”)"
        ),
        '("one two" OR tw*) tag:AI': (
            "entries either with “one two” or with words that begin with “tw”, tagged AI"
        ),
        "(tag:AI after:2024) OR (tag:ML before:2020)": (
            "entries either (tagged AI, since 2024) or (tagged ML, before 2020)"
        ),
        "(one OR two)(three OR four)": "entries with “one” or “two”, with “three” or “four”",
        "(one OR two), three": "entries with “three”, with “one” or “two”",
        "one OR ((two))": "entries with “one” or “two”",
        "(one one) OR one": "entries with “one”",
    },
    "what stands before one": {
        "-(one OR two)": "entries without “one”, without “two”",
        "-(one -two)": "entries either without “one” or with “two”",
        "-(-(one two))": "entries with “one” and “two”",
        "one NOT (two OR three)": "entries with “one”, without “two”, without “three”",
        "NOT (one two)": "entries either without “one” or without “two”",
        "-(after:2024 tag:AI)": "entries either before 2024 or not tagged AI",
        "title:(one OR two)": "entries either with “one” in the title or with “two” in the title",
        'tag:("machine learning" OR -AI)': "entries either tagged machine learning or not tagged AI",
        "tag:=(AI OR ML)": "entries either tagged AI or tagged ML",
        "-title:(one two)": "entries either without “one” in the title or without “two” in the title",
        "title:(one author:jane)": "entries with “one” in the title, with “jane” in the name of the author",
    },
    "what is text": {
        '"a (b)"': "entries with “a (b”",
        '"(a OR b)" c': "entries with “a OR b” and “c”",
        "f(x)": "entries with “f(x”",
        "f(x) OR g(y)": "entries with “f(x” or “g(y”",
        "(f(x))": "entries with “f(x”",
        "tag:C(lang)": "entries tagged C(lang)",
        "(tag:C(lang) OR tag:C) one": "entries with “one”, either tagged C(lang) or tagged C",
        "Tide (2024)": "entries with “Tide” and “2024”",
        "foo:(one two)": "entries with “foo:(one” and “two”",
        "smile :) OR :(": "entries with “smile”",
        "NOT": "entries with “NOT”",
    },
    "what is not closed, or closes nothing": {
        "one OR (two three": "entries either with “one” or (with “two” and “three”)",
        "((one OR two three": "entries with “three”, with “one” or “two”",
        "one) OR two": "entries with “one” or “two”",
        "1) one 2) two": "entries with “1”, “one”, “2” and “two”",
        ")) one ((": "entries with “one”",
        "one OR () two": "entries with “one” or “two”",
        "one () OR two": "entries with “one” or “two”",
        "-() one": "entries with “one”",
        "title:() one": "entries with “one”",
        '(one "two) three': "entries with “one”, “two” and “three”",
        "(OR) (AND)": "entries with “OR” and “AND”",
    },
}
ALL = [pair for group in MEANINGS.values() for pair in group.items()]


@pytest.mark.parametrize(("text", "meaning"), ALL)
def test_a_query_with_parentheses_means(text: str, meaning: str) -> None:
    assert explain_query(parse_query(text)) == meaning


@pytest.mark.parametrize("text", [text for text, _ in ALL])
def test_it_can_be_written_again(text: str) -> None:
    query = parse_query(text)
    assert parse_query(unparse(query)).clauses == query.clauses


def test_words_alone_are_one_expression_to_rank_by() -> None:
    sql = to_sql(parse_query("(one two) OR (three -four) five"))
    assert sql.match == '((("one") AND ("two")) OR (("three") NOT ("four"))) AND ("five")'
    assert sql.where == "TRUE"


def test_a_group_of_operators_is_a_condition_beside_the_words() -> None:
    sql = to_sql(parse_query("one (tag:AI OR (two lang:en))"))
    assert sql.match == '"one"'
    assert " OR " in sql.where and " AND " in sql.where


def test_those_too_deep_are_left_out_and_said() -> None:
    text = "(" * (MAX_DEPTH + 1) + "one" + ")" * (MAX_DEPTH + 1) + " OR two"
    query = parse_query(text)
    assert explain_query(query) == "entries with “one” or “two”"
    assert query.notes == ("Parentheses within more than 8 others were left out.",)
    assert not parse_query(text[1:]).notes


@pytest.mark.parametrize("text", ["(", "(a ", "-(a OR (", "title:(", "(a)(", "a) ", "NOT (", "(a b) OR "])
def test_many_are_no_trouble(text: str, words: sqlite3.Connection) -> None:
    query = parse_query(text * (5_000 // len(text)))
    assert sum(1 for _ in query.terms) <= MAX_WORDS
    search(words, query)
    assert parse_query(unparse(query)).clauses == query.clauses


def test_a_not_that_is_a_word_is_said() -> None:
    assert parse_query("one NOT two").notes == (
        "“NOT” was read as a word: a - before a word leaves out what has it.",
    )


def test_the_word_behind_a_parenthesis_is_completed(library: Database) -> None:
    texts = [suggestion.text for suggestion in suggest(library.conn, "one OR (tag:machi")]
    assert texts == ['one OR (tag:"machine learning" ']


# Against a model: which of the sixteen entries, each with some of four words, an expression finds.

WORDS = ("amber", "birch", "cedar", "delta")
ENTRIES = [set(some) for n in range(5) for some in itertools.combinations(WORDS, n)]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with open_archive(tmp_path_factory.mktemp("words") / "archive.db", create=True) as db:
        feed = add_feed(db)
        for some in ENTRIES:
            add_entry(db, feed, text=" ".join(sorted(some)) or "nothing", tags=sorted(some))
        yield db.conn


Expression = tuple[str, set[int]]


def _leaf(word: str, tag: bool) -> Expression:
    return f"{'tag:' if tag else ''}{word}", {i for i, some in enumerate(ENTRIES) if word in some}


def _not(one: Expression) -> Expression:
    return f"-({one[0]})", set(range(len(ENTRIES))) - one[1]


def _and(one: Expression, other: Expression) -> Expression:
    return f"({one[0]} {other[0]})", one[1] & other[1]


def _or(one: Expression, other: Expression) -> Expression:
    return f"({one[0]} OR {other[0]})", one[1] | other[1]


leaves: st.SearchStrategy[Expression] = st.builds(_leaf, st.sampled_from(WORDS), st.booleans())
expressions = st.recursive(
    leaves,
    lambda inner: st.builds(_not, inner) | st.builds(_and, inner, inner) | st.builds(_or, inner, inner),
    max_leaves=6,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expressions)
def test_any_expression_finds_what_it_says(words: sqlite3.Connection, expression: Expression) -> None:
    text, found = expression
    query = parse_query(text)
    results = search(words, query, limit=20)
    if not query.notes:
        assert {hit.id - 1 for hit in results.hits} == found
        assert results.total == len(found)
    assert parse_query(unparse(query)).clauses == query.clauses
