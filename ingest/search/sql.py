"""Compiles a query to SQL with named parameters."""

import sqlite3
from dataclasses import dataclass

from sqlite_utils import Database

from ingest.search.operators.words import MATCHES
from ingest.search.terms import Clause, Query, Term

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
    ranked = [c for c in query.clauses if all(term.is_text and not term.negated for term in c.terms)]
    excluded = [c for c in query.clauses if len(c.terms) == 1 and c.terms[0].is_text and c.terms[0].negated]
    if not ranked:
        excluded = []  # FTS5's NOT needs something to take away from
    params: dict[str, str] = {}
    conditions = []
    for clause in query.clauses:
        if clause not in ranked and clause not in excluded:
            alternatives = [condition_of(term, params) for term in clause.terms]
            conditions.append(alternatives[0] if len(alternatives) == 1 else f"({' OR '.join(alternatives)})")
    match = _match(ranked, excluded) if ranked else None
    if match:
        params["match"] = match
    return Sql("\n    AND ".join(conditions) or EVERYTHING, params, match)


def condition_of(term: Term, params: dict[str, str]) -> str:
    """A term as SQL; its value, if it needs one, is added to the parameters under a name of its own."""
    sql, value = term.condition()
    if ":value" in sql:
        name = f"{term.name or 'words'}{len(params) + 1}"
        params[name] = value
        sql = sql.replace(":value", f":{name}")
    return f"({sql}) IS NOT TRUE" if term.negated else sql  # NULL counts as no match


def _match(ranked: list[Clause], excluded: list[Clause]) -> str:
    """The FTS5 expression for clauses that must hold and clauses that must not."""
    required = [" OR ".join(term.phrase() for term in clause.terms) for clause in ranked]
    match = " AND ".join(f"({phrases})" for phrases in required) if len(required) > 1 else required[0]
    without = " OR ".join(clause.terms[0].phrase() for clause in excluded)
    return f"({match}) NOT ({without})" if without else match


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
