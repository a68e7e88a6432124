"""All entries, as the search with nothing asked: the newest first, without those that have no date, or one ahead."""

import sqlite3
from dataclasses import dataclass, replace

from ingest.archive.names import dated_sql
from ingest.pages.search import HITS, MOST_PAGES, ResultsPage, load_found
from ingest.pages.search_request import SearchRequest
from ingest.search.operators.dates import BeforeTerm
from ingest.search.terms import Clause, Query


@dataclass(frozen=True)
class AllEntries:
    """A page of the entries that are dated; how many there are at all, and of those that are not among them."""

    found: ResultsPage
    total: int
    undated: int
    later: int  # dated in the future, from the day `end` on
    end: str

    @property
    def is_cut(self) -> bool:
        """Whether this is the last page that is shown, though there are more entries."""
        return self.found.page == MOST_PAGES < -(-self.found.results.total // HITS)


class _DatedTerm(BeforeTerm):
    """What is dated, and before a day, from the columns of one index, along which it is listed and counted."""

    def condition(self) -> tuple[str, str]:
        return "(entries.date < :value AND entries.date_from IN ('published', 'updated'))", self.value


def load_all_entries(connection: sqlite3.Connection, asked: SearchRequest, end: str) -> AllEntries:
    """`end` is of clock.horizon. Where no entry is dated, the page is of all."""
    dated = dated_sql(connection)
    is_older = dated == "TRUE"  # an archive of a release that did not note what a date is
    undated_ones = "FALSE" if is_older else "date_from IN ('document', 'seen')"
    [(total, undated, later)] = connection.execute(
        f"""
        SELECT (SELECT count(*) FROM entries),
            (SELECT count(*) FROM entries WHERE {undated_ones}),
            (SELECT count(*) FROM entries WHERE date >= ? AND {dated})
        """,
        [end],
    )
    term = BeforeTerm(end) if is_older else _DatedTerm(end)
    wanted = Query((Clause((term,)),)) if undated + later < total else Query()
    everything = replace(asked, queries=(wanted,), chosen=0)
    return AllEntries(load_found(connection, everything), total, undated, later, end)
