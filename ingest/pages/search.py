"""The search page: results, facets, counts over time, parts of the query to remove, and example queries."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.pages import charts
from ingest.pages.plots.feed_colours import load_named_feeds, names_told_apart
from ingest.pages.search_request import SearchRequest
from ingest.pages.timeline import Timeline, timeline
from ingest.search.explain import explain_with_names
from ingest.search.facets import Count, count_facets, count_features, count_months, faceted_operators
from ingest.search.hits import Hit, Results, count_results, search, wider_queries
from ingest.search.operators import OPERATORS
from ingest.search.parse import MAX_NOTES, parse_query
from ingest.search.terms import Clause, Query
from ingest.search.unparse import unparse

HITS = 20  # on a page
MOST_PAGES = 500
MOST_COUNTED = 100_000  # results; of more, a sample is counted
SAMPLE = 20_000
MOST_CHOICES = 50  # of a facet, unless it is shown whole


@dataclass(frozen=True)
class ResultsPage:
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
class FacetChoice:
    """A value of a facet. `text` is the query filtered by it or, if it is `chosen`, no longer filtered by it."""

    label: str
    count: int
    text: str
    chosen: bool
    share: float  # of the highest count among its like, in percent


@dataclass(frozen=True)
class FacetGroup:
    """A facet. `cut` says that there are more choices than these."""

    name: str
    title: str
    choices: tuple[FacetChoice, ...]
    cut: bool


@dataclass(frozen=True)
class Narrowing:
    """What to narrow a search down by. `among` says of how many results, where not all were counted."""

    groups: tuple[FacetGroup, ...]
    among: int | None


@dataclass(frozen=True)
class Chip:
    """A part of the query, in words, and the query without it."""

    label: str
    text: str


@dataclass(frozen=True)
class OverTime:
    """Counts over time: bars for one query, lines for several."""

    bars: charts.Plot | None
    lines: Timeline | None
    undated: int  # entries that are in neither, for their feed does not date them


def load_found(connection: sqlite3.Connection, asked: SearchRequest) -> ResultsPage:
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
    wider = wider_queries(connection, asked.query) if not results.total else ()
    return ResultsPage(
        results,
        explain_with_names(connection, asked.query),
        page,
        pages,
        tuple(dict.fromkeys(notes))[:MAX_NOTES],
        tuple((unparse(query), explain_with_names(connection, query), n) for query, n in wider),
    )


def load_chips(connection: sqlite3.Connection, asked: SearchRequest) -> tuple[Chip, ...]:
    """Each part of the query, to be removed; none where it has only one."""
    clauses = asked.query.clauses
    if len(clauses) < 2 or len(asked.queries) > 1:
        return ()
    chips = []
    for clause in clauses:
        rest = Query(tuple(other for other in clauses if other != clause))
        said = explain_with_names(connection, Query((clause,)))
        chips.append(Chip(said.removeprefix("entries "), unparse(rest)))
    return tuple(chips)


def load_narrowing(connection: sqlite3.Connection, asked: SearchRequest) -> Narrowing:
    """The facets of the results, each value with the query that is filtered by it."""
    too_many = bool(asked.query.clauses) and count_results(connection, asked.query) > MOST_COUNTED
    among = SAMPLE if too_many else None
    counts = count_facets(connection, asked.query, most=MOST_CHOICES + 1, among=among)
    counts["feed"] = _told_apart(connection, counts.get("feed", ()))
    groups = [
        _group(asked, facet.name, facet.title, counts[facet.name], whole=facet.chronological)
        for _, facet in faceted_operators()
        if counts[facet.name]
    ]
    features = count_features(connection, asked.query, among=among)
    if features:
        groups.append(_group(asked, "more", "More", features, whole=True))
    return Narrowing(tuple(groups), among)


def _told_apart(connection: sqlite3.Connection, feeds: Sequence[Count]) -> tuple[Count, ...]:
    """Feeds of one name with their site."""
    names = names_told_apart(load_named_feeds(connection, [int(feed.value) for feed in feeds]))
    return tuple(replace(feed, label=names.get(int(feed.value), feed.label)) for feed in feeds)


def _group(asked: SearchRequest, name: str, title: str, counts: Sequence[Count], whole: bool) -> FacetGroup:
    shown = counts if whole else counts[:MOST_CHOICES]
    return FacetGroup(name, title, _choices(asked, shown), len(shown) < len(counts))


def _choices(asked: SearchRequest, counts: Sequence[Count]) -> tuple[FacetChoice, ...]:
    most = max(one.count for one in counts)
    choices = []
    for one in counts:
        clauses = parse_query(one.term).clauses
        chosen = set(clauses) <= set(asked.query.clauses)
        text = " vs ".join(_toggled(query, clauses, chosen) for query in asked.queries)
        choices.append(FacetChoice(one.label, one.count, text, chosen, one.count * 100 / most))
    return tuple(choices)


def _toggled(query: Query, clauses: tuple[Clause, ...], chosen: bool) -> str:
    kept = tuple(clause for clause in query.clauses if clause not in clauses)
    return unparse(Query(kept if chosen else kept + clauses))


def load_over_time(connection: sqlite3.Connection, asked: SearchRequest, end: str) -> OverTime:
    """How many results each of the queries has in each month before `end` (of clock.horizon)."""
    counted = [
        (text, count_months(connection, query))
        for text, query in zip(asked.texts, asked.queries, strict=True)
    ]
    undated = sum(counts.undated for _, counts in counted)
    if len(counted) > 1:
        lines = timeline([(text, counts.months) for text, counts in counted], end[:7], undated)
        return OverTime(None, lines, undated)
    [(text, counts)] = counted
    several = len(counts.months) > 1
    bars = charts.plot([(text, None, counts.months)], end[:7], undated) if several else None
    return OverTime(bars, None, undated)


_OF_WORDS = ('word "a phrase" -without', "begin* OR another", "(one two) OR (three -four)")


@dataclass(frozen=True)
class QueryExample:
    text: str
    says: str


def load_examples(connection: sqlite3.Connection) -> tuple[QueryExample, ...]:
    """Queries to learn from, with names that this archive has."""
    of_operators = (text for operator in OPERATORS.values() for text in operator.examples(connection))
    return tuple(
        QueryExample(text, explain_with_names(connection, parse_query(text)))
        for text in (*_OF_WORDS, *of_operators)
    )


def snippet_text(hit: Hit) -> str:
    """The snippet of a hit without marks."""
    return "".join(text for text, _ in hit.snippet)
