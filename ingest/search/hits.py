"""Searching an archive: the hits of a query with their snippets, what they are about, and what was perhaps meant."""

import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Literal

from sqlite_utils import Database

from ingest.archive.names import FEED_NAME
from ingest.base.cjk import is_unspaced, unspaced
from ingest.search.parse import (
    EVERYTHING,
    Clause,
    Query,
    Sql,
    Term,
    exactly,
    explain,
    parse_query,
    phrase,
    to_sql,
    unparse,
)

Archive = Database | sqlite3.Connection
Sort = Literal["relevance", "newest", "oldest"]
Parts = tuple[tuple[str, bool], ...]  # plain text in pieces, each with whether it is what was looked for


@dataclass(frozen=True)
class Hit:
    """An entry that was found. `date` is in UTC, ISO 8601. All is plain text, still to be escaped for a page."""

    id: int
    title: str | None
    url: str | None
    feed_id: int
    feed: str  # its title, or its address
    author: str | None
    date: str
    dated: bool  # else `date` is when it was first seen
    title_parts: Parts
    snippet: Parts


@dataclass(frozen=True)
class Results:
    """One page of what a query found. `total` is of all pages, `meaning` and `notes` are for whoever asked."""

    query: Query
    total: int
    hits: tuple[Hit, ...]
    meaning: str
    notes: tuple[str, ...]
    suggestion: str | None  # a query with another spelling, where this one finds little


@dataclass(frozen=True)
class Count:
    """How many of the results have one value, and the operator that keeps these alone."""

    value: str
    label: str
    count: int
    term: str


@dataclass(frozen=True)
class Facets:
    """The commonest values among the results, most common first; years from the latest."""

    feeds: tuple[Count, ...]
    authors: tuple[Count, ...]
    tags: tuple[Count, ...]
    years: tuple[Count, ...]
    languages: tuple[Count, ...]


def search(
    db: Archive, text: str | Query, *, sort: Sort = "relevance", limit: int = 20, offset: int = 0
) -> Results:
    """The entries that a query finds. Where there is nothing to rank by, the newest come first."""
    connection = _connection(db)
    query = parse_query(text) if isinstance(text, str) else text
    sql = to_sql(query)
    total = _total(connection, sql)
    ids = _page(connection, sql, sort, limit, offset) if total > offset else []
    hits = _hits(connection, query, sql, ids)
    suggestion = did_you_mean(connection, query) if total < FEW else None
    return Results(query, total, hits, explain(query), query.notes, suggestion)


def _connection(db: Archive) -> sqlite3.Connection:
    return db.conn if isinstance(db, Database) else db


# Where a hit is marked: characters that a text has no use for, so that a snippet can be taken apart again.
_HIT, _END = "\x02", "\x03"
_ORDERS = {"newest": "date DESC, id", "oldest": "date, id DESC"}  # as all lists are, by an index
# A title counts ten times as much as the text, an author five times.
_BY_RELEVANCE = "bm25(entries_fts, 10.0, 5.0, 1.0), entries_fts.rowid DESC"


def _from(sql: Sql, *, entries: bool = True) -> str:
    """FROM and WHERE. Without `entries`, the table is spared where the index alone knows the answer."""
    if sql.match is None:
        return f"FROM entries\nWHERE {sql.where}"
    join = "CROSS JOIN entries ON entries.id = entries_fts.rowid\n"
    if sql.where == EVERYTHING:
        return f"FROM entries_fts\n{join if entries else ''}WHERE entries_fts MATCH :match"
    return f"FROM entries_fts\n{join}WHERE entries_fts MATCH :match\n    AND {sql.where}"


def _total(connection: sqlite3.Connection, sql: Sql) -> int:
    [(total,)] = connection.execute(f"SELECT count(*) {_from(sql, entries=False)}", sql.params)
    return int(total)


def _page(connection: sqlite3.Connection, sql: Sql, sort: Sort, limit: int, offset: int) -> list[int]:
    """The ids of a page of entries, in order."""
    if sort == "relevance" and sql.match is not None:
        select = f"SELECT entries_fts.rowid {_from(sql, entries=False)}\nORDER BY {_BY_RELEVANCE}"
    else:
        select = f"SELECT entries.id {_from(sql)}\nORDER BY {_ORDERS.get(sort, _ORDERS['newest'])}"
    rows = connection.execute(
        f"{select} LIMIT :limit OFFSET :offset", {**sql.params, "limit": limit, "offset": offset}
    )
    return [row[0] for row in rows]


def _hits(connection: sqlite3.Connection, query: Query, sql: Sql, ids: list[int]) -> tuple[Hit, ...]:
    rows = connection.execute(
        f"""
        SELECT entries.id, entries.title, entries.url, feeds.id, {FEED_NAME}, entries.author,
            entries.date, coalesce(entries.published, entries.updated) IS NOT NULL, entries.excerpt
        FROM entries JOIN feeds ON feeds.id = entries.feed
        WHERE entries.id IN (SELECT value FROM json_each(:ids))
        """,
        {"ids": json.dumps(ids)},
    ).fetchall()
    marked = _marked(connection, query, sql, ids)
    hits = {}
    for id, title, url, feed_id, feed, author, date, dated, excerpt in rows:
        title_parts, snippet = marked.get(id, (_parts(title), _parts(excerpt)))
        if snippet == title_parts:  # where the text is the title
            snippet = ()
        hits[id] = Hit(id, title, url, feed_id, feed, author, date, bool(dated), title_parts, snippet)
    return tuple(hits[id] for id in ids if id in hits)


def _marked(
    connection: sqlite3.Connection, query: Query, sql: Sql, ids: list[int]
) -> dict[int, tuple[Parts, Parts]]:
    """Title and snippet of each entry, by id, with the words that were found marked."""
    words = [term for clause in query.clauses for term in clause.terms if term.is_text and not term.negated]
    if not words:
        return {}
    characters = any(is_unspaced(term.value) for term in words)
    # The + keeps FTS5 from looking for each id on its own, for which it would expand a prefix every time.
    rows = connection.execute(
        """
        SELECT rowid, highlight(entries_fts, 0, :hit, :end), snippet(entries_fts, 2, :hit, :end, '…', :tokens)
        FROM entries_fts WHERE entries_fts MATCH :match AND +rowid IN (SELECT value FROM json_each(:ids))
        """,
        {
            "match": sql.match or " OR ".join(phrase(term) for term in words),
            "ids": json.dumps(ids),
            "hit": _HIT,
            "end": _END,
            "tokens": 60 if characters else 30,  # a character is a token where there are no spaces
        },
    )
    return {id: (_parts(title), _parts(text)) for id, title, text in rows}


def _parts(marked: str | None) -> Parts:
    """A marked text in its pieces. Neighbouring hits are one: 機械, not 機 and 械."""
    pieces: list[tuple[str, bool]] = []
    hit = False
    for piece in re.split(f"([{_HIT}{_END}])", unspaced(marked or "")):
        if piece in (_HIT, _END):
            hit = piece == _HIT
        elif piece and pieces and pieces[-1][1] == hit:
            pieces[-1] = (pieces[-1][0] + piece, hit)
        elif piece:
            pieces.append((piece, hit))
    return tuple(pieces)


def sql_of(query: Query, sort: Sort = "relevance") -> tuple[str, dict[str, str]]:
    """The same query as one SELECT with named parameters, for people to read, change and run."""
    sql = to_sql(query)
    relevance = sort == "relevance" and sql.match is not None
    order = _BY_RELEVANCE if relevance else _ORDERS.get(sort, _ORDERS["newest"])
    columns = "entries.id, entries.date, entries.title, entries.author, entries.feed, entries.url"
    return f"SELECT {columns}\n{_from(sql)}\nORDER BY {order}", sql.params


# Facets


# Each in the form: which facet, value, label, count. `found` is what the query finds.
_FACETS = f"""
SELECT 'feeds', feeds.id, {FEED_NAME}, n
FROM (SELECT feed, count(*) AS n FROM found GROUP BY feed ORDER BY n DESC, feed LIMIT :most)
JOIN feeds ON feeds.id = feed
UNION ALL
SELECT 'authors', name, name, n FROM (
    SELECT author, count(*) AS n FROM entry_authors WHERE entry IN (SELECT id FROM found)
    GROUP BY author ORDER BY n DESC, author LIMIT :most
) JOIN authors ON authors.id = author
UNION ALL
SELECT 'tags', name, name, n FROM (
    SELECT tag, count(*) AS n FROM entry_tags WHERE entry IN (SELECT id FROM found)
    GROUP BY tag ORDER BY n DESC, tag LIMIT :most
) JOIN tags ON tags.id = tag
UNION ALL
SELECT 'years', year, year, count(*) FROM found WHERE year GLOB '[0-9][0-9][0-9][0-9]' GROUP BY year
UNION ALL
SELECT * FROM (
    SELECT 'languages', language, language, count(*) AS n FROM found WHERE language IS NOT NULL
    GROUP BY language ORDER BY n DESC, language LIMIT :most
)
"""


def count_facets(db: Archive, text: str | Query, *, most: int = 10, among: int | None = None) -> Facets:
    """How the results of a query divide up: the `most` common feeds, authors, tags and languages, and all years.

    With `among`, how so many of them do, those that came last into the archive.
    """
    query = parse_query(text) if isinstance(text, str) else text
    sql = to_sql(query)
    select, facets = "SELECT entries.id, entries.feed, entries.year, entries.language", _FACETS
    materialized = "MATERIALIZED"
    if not query.clauses:  # of all entries: each count is left to its own index
        facets, materialized = facets.replace("WHERE entry IN (SELECT id FROM found)", ""), "NOT MATERIALIZED"
    rows = _connection(db).execute(
        f"WITH found AS {materialized} ({select} {_from(sql)}{_latest(sql, among)}) {facets}",
        {**sql.params, "most": most},
    )
    counts: dict[str, list[Count]] = {}
    for facet, value, label, count in rows:
        counts.setdefault(facet, []).append(Count(str(value), label, count, _TERMS[facet](str(value))))
    for facet, of_facet in counts.items():
        of_facet.sort(key=lambda c: (-c.count, c.label.casefold()))
        if facet == "years":
            of_facet.sort(key=lambda c: c.value, reverse=True)
    return Facets(**{field.name: tuple(counts.get(field.name, ())) for field in fields(Facets)})


def _latest(sql: Sql, among: int | None) -> str:
    if among is None:
        return ""
    return f"\nORDER BY {'entries.id' if sql.match is None else 'entries_fts.rowid'} DESC LIMIT {int(among)}"


_TERMS: dict[str, Callable[[str], str]] = {
    "feeds": lambda id: f"feed:{id}",
    "authors": lambda name: exactly("author", name),
    "tags": lambda name: exactly("tag", name),
    "years": lambda year: f"after:{year}" + (f" before:{int(year) + 1:04}" if year < "9999" else ""),
    "languages": lambda language: exactly("lang", language),
}


_MOST_CLAUSES = 8  # of a query, each of which is tried without
_FEATURES = (
    ("has:audio", "has audio"),
    ("has:video", "has video"),
    ("has:math", "has maths"),
    ("is:edited", "was edited"),
    ("is:removed", "was removed"),
)


def count_features(db: Archive, text: str | Query, *, among: int | None = None) -> tuple[Count, ...]:
    """How many of the results have audio, maths, earlier versions and so on; those that some have."""
    query = parse_query(text) if isinstance(text, str) else text
    sql = to_sql(query)
    conditions = {term: to_sql(parse_query(term)).where for term, _ in _FEATURES}
    sums = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions.values())
    source = _from(sql)
    if among is not None:
        source = f"FROM entries WHERE entries.id IN (SELECT entries.id {source}{_latest(sql, among)})"
    counts = _connection(db).execute(f"SELECT {sums} {source}", sql.params).fetchone()
    return tuple(
        Count(label, label, count, term)
        for (term, label), count in zip(_FEATURES, counts, strict=True)
        if count
    )


def count(db: Archive, query: Query) -> int:
    """How many entries a query finds."""
    return _total(_connection(db), to_sql(query))


def count_months(db: Archive, text: str | Query) -> dict[str, int]:
    """How many of the results each month ("2024-05") has, in order of time."""
    query = parse_query(text) if isinstance(text, str) else text
    sql = to_sql(query)
    rows = _connection(db).execute(
        f"SELECT entries.month, count(*) {_from(sql)}\nGROUP BY entries.month ORDER BY entries.month",
        sql.params,
    )
    return {str(month): int(count) for month, count in rows}


def loosened(db: Archive, query: Query, *, most: int = 5) -> tuple[tuple[Query, int], ...]:
    """Queries that ask for less and find something, with how much, the most first.

    They lack one of the clauses or, where that helps nothing, have one of them alone.
    """
    connection = _connection(db)
    clauses = query.clauses[:_MOST_CLAUSES]
    without = [Query(tuple(other for other in query.clauses if other != clause)) for clause in clauses]
    alone = [Query((clause,)) for clause in clauses]
    for queries in (without, alone) if len(clauses) > 1 else ():
        counted = [(wider, _total(connection, to_sql(wider))) for wider in queries]
        found = sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1])
        if found:
            return tuple(found[:most])
    return ()


def every_id(db: Archive, query: Query, sort: Sort, limit: int) -> list[int]:
    """The numbers of what a query finds, in order, at most `limit`: to export in pieces."""
    return _page(_connection(db), to_sql(query), sort, limit, 0)


# Did you mean


FEW = 5  # results, below which another spelling is looked for
_BETTER = 10  # times as many entries must have it
_MOST_WORDS = 5  # of a query that are looked at
_MOST_CANDIDATES = 10  # of a word, of which it is looked up how the archive writes them …
_MOST_ENTRIES = 20  # … in so many entries
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "αβγδεζηθικλμνξοπρστυφχψω")


def did_you_mean(db: Archive, query: Query) -> str | None:
    """The query with its rarest words one letter away from what they are, where the archive has far more of those.

    The archive's own index is the dictionary. The work is bounded: at most 5 words, each of some 1,000 spellings.
    """
    connection = _connection(db)
    left = _MOST_WORDS
    clauses = []
    for clause in query.clauses:
        terms = list(clause.terms)
        for i, term in enumerate(terms):
            if left and _is_correctable(term):
                left -= 1
                terms[i] = _corrected(connection, term) or term
        clauses.append(Clause(tuple(dict.fromkeys(terms))))
    corrected = replace(query, clauses=tuple(clauses))
    return unparse(corrected) if corrected != query else None


def _is_correctable(term: Term) -> bool:
    word = term.value
    return (
        term.is_text
        and not (term.negated or term.prefix)
        and 4 <= len(word) <= 20
        and word.isalpha()
        and not is_unspaced(word)
    )


def _corrected(connection: sqlite3.Connection, term: Term) -> Term | None:
    candidates = [replace(term, value=spelling) for spelling in spellings(term.value.lower())]
    rows = connection.execute(
        """
        SELECT key FROM json_each(:phrases)
        WHERE EXISTS (SELECT 1 FROM entries_fts WHERE entries_fts MATCH value)
        """,
        {"phrases": json.dumps([phrase(candidate) for candidate in candidates])},
    )
    known: list[Term] = [candidates[key] for (key,) in rows.fetchall()]
    counted = [(_frequency(connection, candidate), candidate) for candidate in known]
    least = _BETTER * _frequency(connection, term)
    common = sorted((pair for pair in counted if pair[0] > least), key=lambda pair: -pair[0])
    for _, candidate in common[:_MOST_CANDIDATES]:
        written = _as_written(connection, candidate)
        if written:
            return replace(candidate, value=written)
    return None


def _frequency(connection: sqlite3.Connection, term: Term) -> int:
    """How many entries have it, counted to 1,000."""
    [(count,)] = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM entries_fts WHERE entries_fts MATCH ? LIMIT 1000)",
        (phrase(term),),
    )
    return int(count)


def _as_written(connection: sqlite3.Connection, term: Term) -> str | None:
    """The word with its accents. The index knows stems alone, so “alignant” is in it, wherever “alignment” is."""
    rows = connection.execute(
        """
        SELECT snippet(entries_fts, -1, :hit, :end, '', 30) FROM entries_fts WHERE entries_fts MATCH :match
        LIMIT :entries
        """,
        {"match": phrase(term), "hit": _HIT, "end": _END, "entries": _MOST_ENTRIES},
    )
    words = (text.lower() for (snippet,) in rows for text, hit in _parts(snippet) if hit)
    return next((word for word in words if _without_accents(word) == _without_accents(term.value)), None)


def _without_accents(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def spellings(word: str) -> list[str]:
    """What is one mistake away: a letter too many, too few or another, two swapped, two words run together."""
    letters = next((alphabet for alphabet in _ALPHABETS if set(alphabet) & set(word)), "")
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = [f"{a} {b}" for a, b in parts[1:-1]]
    found += [a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1]
    found += [a + b[1:] for a, b in parts if b]
    found += [a + letter + b for a, b in parts for letter in letters]
    found += [a + letter + b[1:] for a, b in parts if b for letter in letters]
    return [spelling for spelling in dict.fromkeys(found) if spelling != word]
