"""Writes a query as text of the query language, the inverse of ingest.search.parse."""

from ingest.search.operators import OPERATORS
from ingest.search.terms import Query


def unparse(query: Query) -> str:
    """The query as it can be typed: parsing it gives the same clauses."""
    return " ".join(" OR ".join(term.typed() for term in clause.terms) for clause in query.clauses)


def exact_term(operator: str, name: str) -> str:
    """The term that finds a whole name, as it can be typed: author:="Jane Doe"."""
    return OPERATORS[operator](name, exact=True).typed()
