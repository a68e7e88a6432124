"""Compiles a query to SQL with named parameters."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from ingest.search.operators.words import MATCHES
from ingest.search.terms import Clause, Group, Query, Term

AnyConnection = Database | sqlite3.Connection
EVERYTHING = "TRUE"


@dataclass(frozen=True)
class Sql:
    """A query as conditions on the table entries.

    `match` is an expression for entries_fts, to rank by; it is in `params` as :match, with the parameters of
    `where`, which holds all other conditions, or EVERYTHING.
    """

    where: str
    params: dict[str, str]
    match: str | None

    @property
    def condition(self) -> str:
        """`match` and `where` as one condition, for what does not rank."""
        if self.match is None:
            return self.where
        matching = MATCHES.replace(":value", ":match")
        return matching if self.where == EVERYTHING else f"{matching}\n    AND {self.where}"


def to_sql(query: Query) -> Sql:
    """The query as conditions on entries. Text that must be there, or must not, goes into one expression to rank by."""
    ranked = [clause for clause in query.clauses if _is_ranked(clause)]
    # FTS5's NOT needs something to take away from
    excluded = [clause for clause in query.clauses if _is_excluded(clause)] if ranked else []
    params: dict[str, str] = {}
    others = [clause for clause in query.clauses if clause not in ranked and clause not in excluded]
    conditions = [_either(clause, params) for clause in others]
    match = _match(ranked, excluded) if ranked else None
    if match:
        params["match"] = match
    return Sql("\n    AND ".join(conditions) or EVERYTHING, params, match)


def _is_ranked(clause: Clause) -> bool:
    """Whether one expression of FTS5 says all of it."""
    return all(_is_expression(term) for term in clause.terms)


def _is_expression(term: Term | Group) -> bool:
    if isinstance(term, Group):
        ranked = [_is_ranked(clause) for clause in term.clauses]
        return any(ranked) and all(
            one or _is_excluded(clause) for one, clause in zip(ranked, term.clauses, strict=True)
        )
    return term.is_text and not term.negated


def _is_excluded(clause: Clause) -> bool:
    first, *others = clause.terms
    return not others and isinstance(first, Term) and first.is_text and first.negated


def _either(clause: Clause, params: dict[str, str]) -> str:
    alternatives = [_alternative(term, params) for term in clause.terms]
    return alternatives[0] if len(alternatives) == 1 else f"({' OR '.join(alternatives)})"


def _alternative(term: Term | Group, params: dict[str, str]) -> str:
    if isinstance(term, Term):
        return condition_of(term, params)
    if _is_expression(term):
        return _with_value(MATCHES, _expression(term), "words", params)
    return f"({' AND '.join(_either(clause, params) for clause in term.clauses)})"


def condition_of(term: Term, params: dict[str, str]) -> str:
    """A term as SQL; its value, if it needs one, is added to the parameters under a name of its own."""
    sql, value = term.condition()
    sql = _with_value(sql, value, term.name or "words", params)
    return f"({sql}) IS NOT TRUE" if term.negated else sql  # NULL counts as no match


def _with_value(sql: str, value: str, name: str, params: dict[str, str]) -> str:
    if ":value" not in sql:
        return sql
    name = f"{name}{len(params) + 1}"
    params[name] = value
    return sql.replace(":value", f":{name}")


def _match(ranked: Sequence[Clause], excluded: Sequence[Clause]) -> str:
    """The FTS5 expression for clauses that must hold and clauses that must not."""
    required = [" OR ".join(_expression(term) for term in clause.terms) for clause in ranked]
    match = " AND ".join(f"({phrases})" for phrases in required) if len(required) > 1 else required[0]
    without = " OR ".join(_expression(term) for clause in excluded for term in clause.terms)
    return f"({match}) NOT ({without})" if without else match


def _expression(term: Term | Group) -> str:
    if isinstance(term, Term):
        return term.phrase()
    ranked = [clause for clause in term.clauses if _is_ranked(clause)]
    return f"({_match(ranked, [clause for clause in term.clauses if clause not in ranked])})"


def from_where(sql: Sql, *, entries: bool = True) -> str:
    """FROM and WHERE. Without `entries`, the table is not joined where the full-text index is enough."""
    if sql.match is None:
        return f"FROM entries\nWHERE {sql.where}"
    join = "CROSS JOIN entries ON entries.id = entries_fts.rowid\n"
    if sql.where == EVERYTHING:
        return f"FROM entries_fts\n{join if entries else ''}WHERE entries_fts MATCH :match"
    return f"FROM entries_fts\n{join}WHERE entries_fts MATCH :match\n    AND {sql.where}"


def connection_of(db: AnyConnection) -> sqlite3.Connection:
    """The SQLite connection beneath sqlite-utils' Database, or the connection itself."""
    return db.conn if isinstance(db, Database) else db
