"""A new operator is one class: parser, facets, suggestions and pages know it from there."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.pages.search import load_examples, load_found, load_narrowing
from ingest.pages.search_request import parse_search_request
from ingest.pages.table_parameters import Table, usable_parameters
from ingest.search.explain import explain_query
from ingest.search.facets import count_facets
from ingest.search.hits import search
from ingest.search.lookups import distinct_values
from ingest.search.operators import OPERATORS
from ingest.search.parse import parse_query
from ingest.search.sql import to_sql
from ingest.search.suggest import suggest
from ingest.search.terms import Facet, Term
from ingest.search.unparse import exact_term, unparse

README = Path(__file__).parents[3] / "README.md"


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=OPERATORS)
def test_an_operator_has_a_line_in_the_readme(operator: type[Term]) -> None:
    line = f"| `{operator.example}` | {operator.meaning} |"
    assert line in README.read_text(encoding="utf-8").splitlines(), f"README.md, Search: add {line}"


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=OPERATORS)
def test_the_example_of_an_operator_is_one(operator: type[Term]) -> None:
    query = parse_query(operator.example)
    assert [type(term) for term in query.terms] == [operator]
    assert not query.notes


def test_each_operator_has_its_own_name_and_facet() -> None:
    assert [operator.name for operator in OPERATORS.values()] == [*OPERATORS]
    facets = [operator.facet.name for operator in OPERATORS.values() if operator.facet]
    assert len({*facets, "more"}) == len(facets) + 1


class MonthTerm(Term):
    """What is dated in a month: an operator that there is in this test alone."""

    name = "month"
    example = "month:2024-03"
    meaning = "the month of its date"
    takes_exact = True
    names_for_a_word = 2
    facet = Facet(
        "month",
        "Month",
        place=7,
        counts="SELECT month, 'Month ' || month, count(*) FROM found GROUP BY month",
        columns=("month",),
        chronological=True,
    )

    @classmethod
    def read(cls, text: str, exact: bool) -> str:
        return text if len(text) == 7 else ""

    @classmethod
    def objection(cls, text: str) -> str:
        return f"“{text}” is no month."

    def condition(self) -> tuple[str, str]:
        return "entries.month = :value", self.value

    def in_words(self) -> str:
        return self._not(f"of the month {self.value}")

    @classmethod
    def names(cls, connection: sqlite3.Connection, begin: str) -> Sequence[str]:
        return distinct_values(connection, "entries", "month", begin)

    @classmethod
    def features(cls) -> dict[str, str]:
        return {"2023-12": "of last December"}


@pytest.fixture
def months(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OPERATORS, "month", MonthTerm)


with_months = pytest.mark.usefixtures("months")


@with_months
def test_a_new_operator_is_read_explained_and_written_again() -> None:
    query = parse_query("tide month:2024-03 OR -MONTH:=2024-02")
    assert [*query.terms][1:] == [MonthTerm("2024-03"), MonthTerm("2024-02", negated=True, exact=True)]
    assert explain_query(query) == (
        "entries with “tide”, either of the month 2024-03 or not of the month 2024-02"
    )
    assert unparse(query) == "tide month:2024-03 OR -month:=2024-02"
    assert exact_term("month", "2024-03") == "month:=2024-03"


@with_months
def test_a_new_operator_says_what_it_cannot_read() -> None:
    assert parse_query("month:March").notes == ("“March” is no month.",)
    assert parse_query("month:").notes == ("“month:” has no value, so it was read as a word.",)


@with_months
def test_a_new_operator_is_a_condition_in_sql(library: Database) -> None:
    sql = to_sql(parse_query("month:2024-03 OR -month:2024-02"))
    assert sql.where == "(entries.month = :month1 OR (entries.month = :month2) IS NOT TRUE)"
    assert sql.params == {"month1": "2024-03", "month2": "2024-02"}
    assert [hit.id for hit in search(library, "month:2024-03").hits] == [1]
    assert search(library, "-month:2024-03").total == 4


@with_months
@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("tide mon", [("tide month:", "the month of its date")]),
        ("month:2024", [("month:2024-02 ", ""), ("month:2024-03 ", "")]),
        ("-month:2023", [("-month:2023-12 ", "")]),
        ("2024", [("month:2024-02 ", "month"), ("month:2024-03 ", "month")]),
    ],
)
def test_a_new_operator_is_suggested(library: Database, text: str, suggested: list[tuple[str, str]]) -> None:
    assert [(one.text, one.hint) for one in suggest(library.conn, text)] == suggested


@with_months
def test_a_new_operator_has_its_facet(library: Database) -> None:
    counted = count_facets(library, "agents")["month"]
    assert [(one.label, one.count, one.term) for one in counted] == [
        ("Month 2024-03", 1, "month:=2024-03"),
        ("Month 2023-12", 1, "month:=2023-12"),
        ("Month 2022-05", 1, "month:=2022-05"),
    ]


@with_months
def test_a_new_operator_is_on_the_search_page(library: Database) -> None:
    asked = parse_search_request(["agents month:=2024-03 vs agents"], None, None, None)
    assert load_found(library.conn, asked).meaning == "entries with “agents”, of the month 2024-03"
    groups = {group.name: group for group in load_narrowing(library.conn, asked).groups}
    assert [*groups] == ["feed", "author", "tag", "year", "language", "month"]
    [choice] = groups["month"].choices
    assert (choice.chosen, choice.text) == (True, "agents vs agents")
    assert "month:2024-03" in [example.text for example in load_examples(library.conn)]


@with_months
def test_values_of_a_new_operator_are_counted_on_their_own(library: Database) -> None:
    everything = load_narrowing(library.conn, parse_search_request([""], None, None, None))
    [december] = [c for group in everything.groups for c in group.choices if c.label == "of last December"]
    assert (december.count, december.text) == (1, "month:2023-12")


@with_months
def test_a_table_of_datasette_knows_no_new_operator_either() -> None:
    table = Table(frozenset({"title"}), (), False, frozenset({"exact"}), 100)
    _, [note] = usable_parameters([("_search", "month:2024-03")], table)
    assert note.startswith("This search knows words alone.")
