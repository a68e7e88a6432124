"""Explains a query in English: entries with “alignment”, tagged AI, since March 2024."""

import sqlite3
from collections.abc import Sequence
from typing import TypeGuard

from ingest.search.terms import Clause, Group, Query, Term, mapped


def explain_query(query: Query) -> str:
    """The query in English. Its single words come first, together."""
    return f"entries {_all_of(query.clauses)}" if query.clauses else "all entries"


def explain_with_names(connection: sqlite3.Connection, query: Query) -> str:
    """The query in English, with the titles of feeds in place of their numbers."""
    return explain_query(Query(mapped(query.clauses, lambda term: term.with_names(connection))))


def _all_of(clauses: Sequence[Clause]) -> str:
    single = [clause.terms[0] for clause in clauses if len(clause.terms) == 1]
    words = [term for term in single if _is_word(term)]
    parts = [f"with {_listed(words, 'and')}"] if words else []
    for clause in clauses:
        alternatives = [term for term in clause.terms if _is_word(term)]
        if len(alternatives) == len(clause.terms):
            if len(clause.terms) > 1:
                parts.append(f"with {_listed(alternatives, 'or')}")
        else:
            either = "either " if len(clause.terms) > 1 else ""
            parts.append(either + " or ".join(_in_words(term) for term in clause.terms))
    return ", ".join(parts)


def _in_words(term: Term | Group) -> str:
    return f"({_all_of(term.clauses)})" if isinstance(term, Group) else term.in_words()


def _is_word(term: Term | Group) -> TypeGuard[Term]:
    return isinstance(term, Term) and not (term.name or term.negated or term.prefix)


def _listed(words: Sequence[Term], conjunction: str) -> str:
    *most, last = [f"“{term.value}”" for term in words]
    return f"{', '.join(most)} {conjunction} {last}" if most else last
