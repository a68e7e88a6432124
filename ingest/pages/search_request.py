"""Parses the parameters of the search page's address: one query, or several to compare. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import get_args

from ingest.search.hits import Sort
from ingest.search.operators.dates import BeforeTerm
from ingest.search.parse import MAX_CHARACTERS, parse_query
from ingest.search.terms import Clause, Query, Term, mapped, terms_in
from ingest.search.unparse import unparse

MOST_COMPARED = 5


@dataclass(frozen=True)
class SearchRequest:
    """The parameters, parsed. `queries` are several where they are compared (a vs b); `query` is the chosen one."""

    text: str
    texts: tuple[str, ...]
    queries: tuple[Query, ...]
    chosen: int
    sort: Sort
    page: int
    notes: tuple[str, ...]

    @property
    def query(self) -> Query:
        return self.queries[self.chosen]

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()


_VERSUS = re.compile(r"(?<!\S)vs\.?(?!\S)", re.IGNORECASE)


def parse_search_request(
    texts: Sequence[str], sort: str | None, page: str | None, chosen: str | None
) -> SearchRequest:
    """The request that any parameters make. Several `texts` are joined; invalid values give notes for the user."""
    text = " ".join(text for text in texts if text.strip())
    compared, notes = _compared(text[: MAX_CHARACTERS * 2])
    known: tuple[Sort, ...] = get_args(Sort)
    wanted = next((known_sort for known_sort in known if known_sort == sort), None)
    page_number, query_number = _number(page, 10**9), _number(chosen, len(compared))
    if page_number is None:
        notes.append(f"There is no page {_quoted(page)}: this is the first one.")
    if sort and wanted is None:
        notes.append(f"There is no order {_quoted(sort)}: there is relevance, newest and oldest.")
    if query_number is None:
        notes.append(f"There is no query {_quoted(chosen)} here: these are the results of the first.")
    return SearchRequest(
        text,
        tuple(compared),
        tuple(compared.values()),
        (query_number or 1) - 1,
        wanted or known[0],
        page_number or 1,
        tuple(notes),
    )


def _compared(text: str) -> tuple[dict[str, Query], list[str]]:
    """The queries to compare, each once, as typed and as read; one where there is nothing to compare. And notes."""
    parts, scope = shared_scope(versus(text))
    distinct: dict[tuple[Clause, ...], tuple[str, Query]] = {}
    for part in parts:
        query = parse_query(part)
        distinct.setdefault(_folded(query), (part, query))
    notes = []
    if len(distinct) == 1 < len(parts):
        notes.append("The queries are the same, so there is nothing to compare.")
    elif len(distinct) < len(parts):
        notes.append("What stands twice is compared once.")
    if len(distinct) > MOST_COMPARED:
        notes.append(f"Only the first {MOST_COMPARED} queries were compared.")
    if scope and len(distinct) > 1:
        notes.append(f"{scope} counts for each of the queries.")
    return dict(islice(distinct.values(), MOST_COMPARED)), notes


def _folded(query: Query) -> tuple[Clause, ...]:
    """The clauses in lower case but where case matters: equal for queries that find the same."""

    def folded(term: Term) -> Term:
        return term if term.exact else replace(term, value=term.value.casefold())

    return mapped(query.clauses, folded)


def _number(text: str | None, most: int) -> int | None:
    """A number from 1 to `most`: 1 where none is given, None where it is invalid."""
    if not text:
        return 1
    number = int(text) if re.fullmatch("[0-9]{1,9}", text) else 0
    return number if 1 <= number <= most else None


def _quoted(text: str | None) -> str:
    shown = text or ""
    return f"“{shown[:40]}…”" if len(shown) > 40 else f"“{shown}”"


def versus(text: str) -> list[str]:
    """The queries of `a vs b`. A "vs" within quotes, or with nothing on one side, is a word like any other."""
    parts = [""]
    for i, piece in enumerate(re.split('(["“”])', text)):
        quoted = i % 4 == 2  # pieces and quotation marks take turns
        first, *others = [piece] if quoted else _VERSUS.split(piece)
        parts[-1] += first
        parts += others
    compared = [part.strip() for part in parts]
    return compared if len(compared) > 1 and all(compared) else [text]


def shared_scope(compared: Sequence[str]) -> tuple[list[str], str]:
    """The queries of `feed:43 robot vs image` with what they begin with in common, and that.

    Operators before the words of the first query are for all, where no other has any of its own.
    """
    first, *others = [parse_query(text).clauses for text in compared]
    leading = tuple(takewhile(_is_operator, first))
    if (
        not others
        or not leading
        or leading == first
        or any(_is_operator(c) for other in others for c in other)
    ):
        return [*compared], ""
    scope = unparse(Query(leading))
    return [compared[0], *(f"{scope} {text}" for text in compared[1:])], scope


def _is_operator(clause: Clause) -> bool:
    return all(term.name for term in terms_in([clause]))


def only_before(query: Query, day: str) -> Query:
    """The query, limited to entries dated before a day."""
    return replace(query, clauses=(*query.clauses, Clause((BeforeTerm(day),))))
