"""Explains a query in English: entries with “alignment”, tagged AI, since March 2024."""

import sqlite3
from collections.abc import Sequence

from ingest.search.terms import Clause, Query, Term


def explain_query(query: Query) -> str:
    """The query in English. Its single words come first, together."""
    single = [clause.terms[0] for clause in query.clauses if len(clause.terms) == 1]
    words = [term for term in single if _is_word(term)]
    parts = [f"with {_listed(words, 'and')}"] if words else []
    for clause in query.clauses:
        if all(_is_word(term) for term in clause.terms):
            if len(clause.terms) > 1:
                parts.append(f"with {_listed(clause.terms, 'or')}")
        else:
            either = "either " if len(clause.terms) > 1 else ""
            parts.append(either + " or ".join(term.in_words() for term in clause.terms))
    return f"entries {', '.join(parts)}" if parts else "all entries"


def explain_with_names(connection: sqlite3.Connection, query: Query) -> str:
    """The query in English, with the titles of feeds in place of their numbers."""
    named = (tuple(term.with_names(connection) for term in clause.terms) for clause in query.clauses)
    return explain_query(Query(tuple(Clause(terms) for terms in named)))


def _is_word(term: Term) -> bool:
    return not (term.name or term.negated or term.prefix)


def _listed(words: Sequence[Term], conjunction: str) -> str:
    *most, last = [f"“{term.value}”" for term in words]
    return f"{', '.join(most)} {conjunction} {last}" if most else last
