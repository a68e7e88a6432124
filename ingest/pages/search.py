"""The search page: what a query finds, how it divides up, how it goes on, and what one might type next."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import Any, get_args

from ingest.archive.names import FEED_NAME
from ingest.pages import charts
from ingest.pages.rows import text_of
from ingest.pages.timeline import Timeline, timeline
from ingest.search.hits import (
    Count,
    Hit,
    Results,
    Sort,
    count,
    count_facets,
    count_features,
    count_months,
    loosened,
    search,
)
from ingest.search.parse import MAX_CHARACTERS, MAX_NOTES, Clause, Query, Term, explain, parse_query, unparse

HITS = 20  # on a page
MOST_PAGES = 500
MOST_COMPARED = 5
MOST_COUNTED = 100_000  # results; of more, a sample is counted
SAMPLE = 20_000
MOST_CHOICES = 50  # of a facet, all years aside


@dataclass(frozen=True)
class Asked:
    """What an address asks for. `queries` are several where they are compared (a vs b); `query` is one of them."""

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


@dataclass(frozen=True)
class Found:
    """A page of results. `pages` is how many there are, `wider` are queries to try where nothing was found."""

    results: Results
    meaning: str
    page: int
    pages: int
    notes: tuple[str, ...]
    wider: tuple[tuple[str, str, int], ...]  # as typed, as explained, how many it finds

    @property
    def first(self) -> int:
        """Which result is the first of the page."""
        return (self.page - 1) * HITS + 1


@dataclass(frozen=True)
class Choice:
    """A value to filter by, or if it is chosen to filter by no longer; `text` is the query that does."""

    label: str
    count: int
    text: str
    chosen: bool
    share: float  # of the highest count among its like, in percent


@dataclass(frozen=True)
class Group:
    """A facet. `cut` says that there are more choices than these."""

    name: str
    title: str
    choices: tuple[Choice, ...]
    cut: bool


@dataclass(frozen=True)
class Narrowing:
    """What to narrow a search down by. `among` says of how many results, where not all were counted."""

    groups: tuple[Group, ...]
    among: int | None


@dataclass(frozen=True)
class Chip:
    """A part of the query, in words, and the query without it."""

    label: str
    text: str


@dataclass(frozen=True)
class OverTime:
    """How often: bars for one query, lines for several."""

    bars: charts.Plot | None
    lines: Timeline | None


# From an address to what it asks for


_VERSUS = re.compile(r"(?<!\S)vs\.?(?!\S)", re.IGNORECASE)


def ask_for(texts: Sequence[str], sort: str | None, page: str | None, chosen: str | None) -> Asked:
    """What the parameters of an address ask for, whatever they are. Several texts are one."""
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
    return Asked(
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
    """What queries have in common that find the same, whether written large or small."""

    def folded(term: Term) -> Term:
        return term if term.exact else replace(term, value=term.value.casefold())

    return tuple(Clause(tuple(folded(term) for term in clause.terms)) for clause in query.clauses)


def _number(text: str | None, most: int) -> int | None:
    """A number from 1 to `most`: 1 where none is given, None for what is none."""
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
    return all(term.field for term in clause.terms)


def before(query: Query, day: str) -> Query:
    """Of what a query finds, what is dated before a day."""
    return replace(query, clauses=(*query.clauses, Clause((Term(day, "before"),))))


# What it finds


def load_found(connection: sqlite3.Connection, asked: Asked) -> Found:
    """The page of results; beyond the last page, the last one, and a note."""
    page = min(asked.page, MOST_PAGES)
    results = search(connection, asked.query, sort=asked.sort, limit=HITS, offset=(page - 1) * HITS)
    pages = min(MOST_PAGES, -(-results.total // HITS))
    notes = [*asked.notes, *results.notes]
    if asked.page > max(pages, 1):
        beyond = f"There is no page {asked.page:,}"
        notes.append(f"{beyond}: this is the last one." if pages else f"{beyond}.")
        page = max(pages, 1)
        results = search(connection, asked.query, sort=asked.sort, limit=HITS, offset=(page - 1) * HITS)
    named = _with_names(connection, asked.query)
    wider = loosened(connection, asked.query) if not results.total else ()
    return Found(
        results,
        explain(named),
        page,
        pages,
        tuple(dict.fromkeys(notes))[:MAX_NOTES],
        tuple((unparse(query), explain(_with_names(connection, query)), n) for query, n in wider),
    )


def load_chips(connection: sqlite3.Connection, asked: Asked) -> tuple[Chip, ...]:
    """Each part of the query, to be taken away; none where there is one alone."""
    clauses = asked.query.clauses
    if len(clauses) < 2 or len(asked.queries) > 1:
        return ()
    chips = []
    for clause in clauses:
        rest = Query(tuple(other for other in clauses if other != clause))
        said = explain(_with_names(connection, Query((clause,))))
        chips.append(Chip(said.removeprefix("entries "), unparse(rest)))
    return tuple(chips)


def _with_names(connection: sqlite3.Connection, query: Query) -> Query:
    """The query with the titles of feeds in place of their numbers, to be explained."""

    def named(term: Term) -> Term:
        if term.field != "feed" or not re.fullmatch("[0-9]{1,18}", term.value):
            return term
        row = connection.execute(f"SELECT {FEED_NAME} FROM feeds WHERE id = ?", [int(term.value)]).fetchone()
        return replace(term, value=row[0], exact=True) if row and not row[0].isdecimal() else term

    return Query(tuple(Clause(tuple(named(term) for term in clause.terms)) for clause in query.clauses))


def load_narrowing(connection: sqlite3.Connection, asked: Asked) -> Narrowing:
    """The facets of the results, with what each value makes of the query."""
    too_many = bool(asked.query.clauses) and count(connection, asked.query) > MOST_COUNTED
    among = SAMPLE if too_many else None
    facets = count_facets(connection, asked.query, most=MOST_CHOICES + 1, among=among)
    counted = (
        ("feed", "Feed", facets.feeds),
        ("author", "Author", facets.authors),
        ("tag", "Tag", facets.tags),
        ("year", "Year", facets.years),
        ("language", "Language", facets.languages),
        ("more", "More", count_features(connection, asked.query, among=among)),
    )
    return Narrowing(
        tuple(_group(asked, name, title, counts) for name, title, counts in counted if counts), among
    )


def _group(asked: Asked, name: str, title: str, counts: Sequence[Count]) -> Group:
    shown = counts if name == "year" else counts[:MOST_CHOICES]
    return Group(name, title, _choices(asked, shown), len(shown) < len(counts))


def _choices(asked: Asked, counts: Sequence[Count]) -> tuple[Choice, ...]:
    most = max(one.count for one in counts)
    choices = []
    for one in counts:
        clauses = parse_query(one.term).clauses
        chosen = set(clauses) <= set(asked.query.clauses)
        text = " vs ".join(_toggled(query, clauses, chosen) for query in asked.queries)
        choices.append(Choice(one.label, one.count, text, chosen, one.count * 100 / most))
    return tuple(choices)


def _toggled(query: Query, clauses: tuple[Clause, ...], chosen: bool) -> str:
    kept = tuple(clause for clause in query.clauses if clause not in clauses)
    return unparse(Query(kept if chosen else kept + clauses))


def load_over_time(connection: sqlite3.Connection, asked: Asked, end: str) -> OverTime:
    """How often each of the queries occurs in each month. `end` is where the future begins."""
    counted = [
        (text, count_months(connection, query))
        for text, query in zip(asked.texts, asked.queries, strict=True)
    ]
    if len(counted) > 1:
        return OverTime(None, timeline(counted, end[:7]))
    [(text, counts)] = counted
    return OverTime(charts.plot([(text, None, counts)], end[:7]) if len(counts) > 1 else None, None)


@dataclass(frozen=True)
class Example:
    text: str
    says: str


def load_examples(connection: sqlite3.Connection) -> tuple[Example, ...]:
    """Queries to learn from, with names that this archive has."""
    texts = [
        'word "a phrase" -without',
        "begin* OR another",
        "title:review",
        *(_named(connection, field, table) for field, table in (("author", "authors"), ("tag", "tags"))),
        *_of_a_feed(connection),
        "after:2024-03 before:2025",
        "lang:en",
        "host:wikipedia.org",
        "has:audio",
        "has:math",
        "is:edited",
        "is:removed",
    ]
    return tuple(
        Example(text, explain(_with_names(connection, parse_query(text))))
        for text in texts
        if text is not None
    )


def _named(connection: sqlite3.Connection, field: str, table: str) -> str | None:
    """An operator with a common name of the latest entries."""
    row = connection.execute(
        f"""
        SELECT name FROM (
            SELECT {field}, count(*) AS n FROM entry_{table}
            WHERE entry IN (SELECT id FROM entries ORDER BY date DESC LIMIT 500)
            GROUP BY {field} ORDER BY n DESC LIMIT 1
        ) JOIN {table} ON {table}.id = {field}
        """
    ).fetchone()
    return typed(field, text_of(row[0])) if row else None


def _of_a_feed(connection: sqlite3.Connection) -> list[str]:
    row = connection.execute("SELECT title FROM feeds WHERE title != '' ORDER BY id LIMIT 1").fetchone()
    return [typed("feed", text_of(row[0]))] if row else []


def typed(field: Any, value: str) -> str:
    """An operator with its value, as one types it."""
    return unparse(Query((Clause((Term(value, field),)),)))


def snippet_text(hit: Hit) -> str:
    """The snippet of a hit without marks."""
    return "".join(text for text, _ in hit.snippet)
