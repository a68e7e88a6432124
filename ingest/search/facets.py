"""Facet counts of the results of a query: by the facets of the operators, by feature, by month."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.search.lookups import stored_text
from ingest.search.operators import OPERATORS
from ingest.search.parse import query_of
from ingest.search.sql import AnyConnection, Sql, condition_of, connection_of, from_where, to_sql
from ingest.search.terms import AMONG_FOUND, Facet, Query, Term


@dataclass(frozen=True)
class Count:
    """A value of a facet, how many results have it, and the term of the query language that filters by it."""

    value: str
    label: str
    count: int
    term: str


def faceted_operators() -> Sequence[tuple[type[Term], Facet]]:
    """The operators that have a facet, in the order of a page."""
    faceted = [(operator, operator.facet) for operator in OPERATORS.values() if operator.facet]
    return sorted(faceted, key=lambda pair: pair[1].place)


def count_facets(
    db: AnyConnection, text: str | Query, *, most: int = 10, among: int | None = None
) -> dict[str, tuple[Count, ...]]:
    """Facet counts of the results of a query: for each facet by name, its `most` common values, most common first.

    With `among`, only that many results are counted: the ones added to the archive last.
    """
    query = query_of(text)
    sql = to_sql(query)
    faceted = {facet.name: (operator, facet) for operator, facet in faceted_operators()}
    tables = _tables(connection_of(db))
    counted = [facet for _, facet in faceted.values() if facet.table in tables]
    rows = connection_of(db).execute(_facets_sql(counted, query, sql, among), {**sql.params, "most": most})
    counts: dict[str, list[Count]] = {name: [] for name in faceted}
    for name, stored, label, number in rows:
        operator, _ = faceted[name]
        value = stored_text(stored)
        counts[name].append(Count(value, stored_text(label), number, operator.narrowing(value)))
    return {name: _in_order(facet, counts[name]) for name, (_, facet) in faceted.items()}


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _facets_sql(facets: Sequence[Facet], query: Query, sql: Sql, among: int | None) -> str:
    columns = dict.fromkeys(["id", *(column for facet in facets for column in facet.columns)])
    selected = ", ".join(f"entries.{column}" for column in columns)
    counts = "\nUNION ALL\n".join(f"SELECT '{facet.name}', * FROM ({facet.counts})" for facet in facets)
    materialized = "MATERIALIZED"
    if not query.clauses:  # all entries: each count uses an index of its own
        counts, materialized = counts.replace(AMONG_FOUND, ""), "NOT MATERIALIZED"
    return f"WITH found AS {materialized} (SELECT {selected} {from_where(sql)}{_latest(sql, among)}) {counts}"


def _in_order(facet: Facet, counts: list[Count]) -> tuple[Count, ...]:
    if facet.chronological:
        return tuple(sorted(counts, key=lambda one: one.value, reverse=True))
    return tuple(sorted(counts, key=lambda one: (-one.count, one.label.casefold())))


def _latest(sql: Sql, among: int | None) -> str:
    if among is None:
        return ""
    return f"\nORDER BY {'entries.id' if sql.match is None else 'entries_fts.rowid'} DESC LIMIT {int(among)}"


def count_features(db: AnyConnection, text: str | Query, *, among: int | None = None) -> tuple[Count, ...]:
    """How many of the results have audio, maths, earlier versions and so on, without those that none has."""
    sql = to_sql(query_of(text))
    tables = _tables(connection_of(db))
    features = [
        (operator(value), label)
        for operator in OPERATORS.values()
        for value, label in operator.features().items()
        if operator.came_with(value) in tables
    ]
    params = {**sql.params}
    sums = ", ".join(f"count(*) FILTER (WHERE {condition_of(term, params)})" for term, _ in features)
    source = from_where(sql)
    if among is not None:
        source = f"FROM entries WHERE entries.id IN (SELECT entries.id {source}{_latest(sql, among)})"
    counts = connection_of(db).execute(f"SELECT {sums} {source}", params).fetchone()
    return tuple(
        Count(label, label, number, term.typed())
        for (term, label), number in zip(features, counts, strict=True)
        if number
    )


@dataclass(frozen=True)
class MonthCounts:
    """How many entries each month ("2024-05") has, in chronological order, and how many are not dated."""

    months: dict[str, int]
    undated: int


def count_months(db: AnyConnection, text: str | Query) -> MonthCounts:
    """The results of a query by month."""
    sql = to_sql(query_of(text))
    rows = connection_of(db).execute(
        f"SELECT entries.month, count(*) {from_where(sql)}\nGROUP BY entries.month ORDER BY entries.month",
        sql.params,
    )
    counted = {month: int(count) for month, count in rows}
    undated = counted.pop(None, 0)
    return MonthCounts({str(month): count for month, count in counted.items()}, undated)
