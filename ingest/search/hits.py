"""The entries that a query finds, in order, with their snippets; and queries that would find more."""

import json
import sqlite3
from array import array
from dataclasses import dataclass
from typing import Literal

from ingest.archive.names import DATE_FROM, DATED_AHEAD, FEED_NAME, dated_sql, undated_sql
from ingest.search.explain import explain_query
from ingest.search.parse import parse_query, query_of
from ingest.search.snippets import Parts, marked_parts, marked_text
from ingest.search.spelling import BETTER, did_you_mean
from ingest.search.sql import AnyConnection, Sql, connection_of, from_where, to_sql
from ingest.search.terms import Query, Term

Sort = Literal["relevance", "newest", "oldest"]
FEW_RESULTS = 5  # with fewer, another spelling is suggested
_MOST_CLAUSES = 8  # of a query that wider_queries leaves out in turn
_ORDERS = {
    "newest": "entries.date DESC, entries.id",
    "oldest": "entries.date, entries.id DESC",
}  # by an index
_UNDATED_LAST = "entries.month IS NULL"  # as in all lists
# A title counts ten times as much as the text, an author five times.
_BY_RELEVANCE = "bm25(entries_fts, 10.0, 5.0, 1.0), entries_fts.rowid DESC"


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
    date_from: str  # published, updated, document (the document's own date), seen
    title_parts: Parts
    snippet: Parts
    dated_ahead: str | None = None  # what its feed says instead, which lies in the future

    @property
    def dated(self) -> bool:
        """Whether it says itself when it was published or updated, and is not dated in the future."""
        return self.date_from in ("published", "updated")


@dataclass(frozen=True)
class Results:
    """A page of the results of a query. `total` counts all pages; `meaning` and `notes` are sentences for the user."""

    query: Query
    total: int
    hits: tuple[Hit, ...]
    meaning: str
    notes: tuple[str, ...]
    suggestion: str | None  # a query with another spelling, where this one finds little


def search(
    db: AnyConnection, text: str | Query, *, sort: Sort = "relevance", limit: int = 20, offset: int = 0
) -> Results:
    """A page of the results of a query. Relevance is bm25; a query without words to rank by sorts by newest."""
    connection = connection_of(db)
    query = query_of(text)
    sql = to_sql(query)
    total = _total(connection, sql)
    ids = _page(connection, query, sql, sort, limit, offset) if total > offset else ()
    hits = _hits(connection, query, list(ids))
    suggestion = _suggestion(connection, query, total) if total < FEW_RESULTS else None
    return Results(query, total, hits, explain_query(query), query.notes, suggestion)


def _suggestion(connection: sqlite3.Connection, query: Query, total: int) -> str | None:
    """The query in another spelling, where that finds far more."""
    suggestion = did_you_mean(connection, query)
    finds = suggestion and _total(connection, to_sql(parse_query(suggestion)))
    return suggestion if finds and finds > BETTER * total else None


def _total(connection: sqlite3.Connection, sql: Sql) -> int:
    [(total,)] = connection.execute(f"SELECT count(*) {from_where(sql, entries=False)}", sql.params)
    return int(total)


def _page(
    connection: sqlite3.Connection, query: Query, sql: Sql, sort: Sort, limit: int, offset: int
) -> "array[int]":
    """The ids of a page of entries, in order: of an export millions, so in eight bytes each."""
    here = {**sql.params, "limit": limit, "offset": offset}
    if sort == "relevance" and sql.match is not None:
        order, entries = _BY_RELEVANCE, False
    elif sql.match is None and not _is_of_dates(query) and (undated := undated_sql(connection)):
        return _by_date(connection, sql, sort, (dated_sql(connection), undated), limit, offset)
    else:
        order, entries = _list_order(query, sort), True
    number = "entries.id" if entries else "entries_fts.rowid"
    rows = connection.execute(
        f"SELECT {number} {from_where(sql, entries=entries)}\nORDER BY {order} LIMIT :limit OFFSET :offset",
        here,
    )
    return array("q", (row[0] for row in rows))


def _is_of_dates(query: Query) -> bool:
    """Whether it finds nothing that is not dated."""
    alone = [clause.terms[0] for clause in query.clauses if len(clause.terms) == 1]
    return any(
        isinstance(term, Term) and term.name in ("after", "before") and not term.negated for term in alone
    )


def _list_order(query: Query, sort: Sort) -> str:
    return _date_order(sort) if _is_of_dates(query) else f"{_UNDATED_LAST}, {_date_order(sort)}"


def _date_order(sort: Sort) -> str:
    return _ORDERS.get(sort, _ORDERS["newest"])


def _by_date(
    connection: sqlite3.Connection, sql: Sql, sort: Sort, parts: tuple[str, str], limit: int, offset: int
) -> "array[int]":
    """A page in the order of lists: what is dated, then what is not. By two queries, as an index answers each."""
    ids = array("q")
    for part in parts:
        here = f"FROM entries\nWHERE {sql.where} AND {part}"
        rows = connection.execute(
            f"SELECT entries.id {here}\nORDER BY {_date_order(sort)} LIMIT :limit OFFSET :offset",
            {**sql.params, "limit": limit - len(ids), "offset": offset},
        )
        found = array("q", (row[0] for row in rows))
        ids += found
        if len(ids) >= limit:
            break
        if found or not offset:
            offset = 0
        else:
            [(before,)] = connection.execute(f"SELECT count(*) {here}", sql.params)
            offset -= before
    return ids


def _hits(connection: sqlite3.Connection, query: Query, ids: list[int]) -> tuple[Hit, ...]:
    rows = connection.execute(
        f"""
        SELECT entries.id, entries.title, entries.url, feeds.id, {FEED_NAME}, entries.author,
            entries.date, {DATE_FROM}, entries.excerpt, {DATED_AHEAD}
        FROM entries JOIN feeds ON feeds.id = entries.feed
        WHERE entries.id IN (SELECT value FROM json_each(:ids))
        """,
        {"ids": json.dumps(ids)},
    ).fetchall()
    marked = marked_parts(connection, query, ids)
    hits = {}
    for id, title, url, feed_id, feed, author, date, date_from, excerpt, ahead in rows:
        title_parts, snippet = marked.get(id, (marked_text(title, []), marked_text(excerpt, [])))
        if snippet == title_parts:  # where the text is the title
            snippet = ()
        said = (id, title, url, feed_id, feed, author, date, date_from, title_parts, snippet, ahead)
        hits[id] = Hit(*said)
    return tuple(hits[id] for id in ids if id in hits)


def select_sql(query: Query, sort: Sort = "relevance") -> tuple[str, dict[str, str]]:
    """The query as one SELECT and its named parameters, for people to read, change and run."""
    sql = to_sql(query)
    relevance = sort == "relevance" and sql.match is not None
    order = _BY_RELEVANCE if relevance else _list_order(query, sort)
    columns = "entries.id, entries.date, entries.title, entries.author, entries.feed, entries.url"
    return f"SELECT {columns}\n{from_where(sql)}\nORDER BY {order}", sql.params


def count_results(db: AnyConnection, query: Query) -> int:
    """How many entries a query finds."""
    return _total(connection_of(db), to_sql(query))


def wider_queries(db: AnyConnection, query: Query, *, most: int = 5) -> tuple[tuple[Query, int], ...]:
    """Less strict queries that find something, with the number of their results, most first.

    Each leaves out one of the clauses or, where none of these finds anything, keeps one alone.
    """
    connection = connection_of(db)
    clauses = query.clauses[:_MOST_CLAUSES]
    without = [Query(tuple(other for other in query.clauses if other != clause)) for clause in clauses]
    alone = [Query((clause,)) for clause in clauses]
    for queries in (without, alone) if len(clauses) > 1 else ():
        counted = [(wider, _total(connection, to_sql(wider))) for wider in queries]
        found = sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1])
        if found:
            return tuple(found[:most])
    return ()


def result_ids(db: AnyConnection, query: Query, sort: Sort, limit: int) -> "array[int]":
    """The ids of the results of a query, in order, at most `limit`: exports load them in batches."""
    return _page(connection_of(db), query, to_sql(query), sort, limit, 0)
