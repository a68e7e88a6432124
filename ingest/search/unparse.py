"""Writes a query as text of the query language, the inverse of ingest.search.parse."""

from collections.abc import Iterable

from ingest.search.operators import OPERATORS
from ingest.search.terms import Clause, Group, Query, Term


def unparse(query: Query) -> str:
    """The query as it can be typed: parsing it gives the same clauses."""
    return _typed(query.clauses)


def _typed(clauses: Iterable[Clause]) -> str:
    return " ".join(" OR ".join(_alternative(term) for term in clause.terms) for clause in clauses)


def _alternative(term: Term | Group) -> str:
    return f"({_typed(term.clauses)})" if isinstance(term, Group) else term.typed()


def exact_term(operator: str, name: str) -> str:
    """The term that finds a whole name, as it can be typed: author:="Jane Doe"."""
    return OPERATORS[operator](name, exact=True).typed()
