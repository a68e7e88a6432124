"""All entries, as the search with nothing asked: the newest first, without those that have no date, or one ahead."""

import sqlite3
from dataclasses import dataclass, replace

from ingest.pages.search import ResultsPage, load_found
from ingest.pages.search_request import SearchRequest, only_before
from ingest.pages.tables import dated_sql
from ingest.search.terms import Query


@dataclass(frozen=True)
class AllEntries:
    """A page of the entries that are dated; how many there are at all, and of those that are not among them."""

    found: ResultsPage
    total: int
    undated: int
    later: int  # dated in the future, from the day `end` on
    end: str


def load_all_entries(connection: sqlite3.Connection, asked: SearchRequest, end: str) -> AllEntries:
    """`end` is of clock.horizon. Where no entry is dated, the page is of all."""
    dated = dated_sql(connection)
    [(total, undated, later)] = connection.execute(
        f"""
        SELECT (SELECT count(*) FROM entries),
            (SELECT count(*) FROM entries WHERE NOT {dated}),
            (SELECT count(*) FROM entries WHERE date >= ? AND {dated})
        """,
        [end],
    )
    wanted = only_before(Query(), end) if undated + later < total else Query()
    everything = replace(asked, queries=(wanted,), chosen=0)
    return AllEntries(load_found(connection, everything), total, undated, later, end)
