"""What citations of entries need: the entries, their authors, and which of their versions is cited."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pages.cite import ArchivedCopy, cited_authors
from ingest.pages.entry import EntryRow, load_entry_rows
from ingest.pages.rows import text_of
from ingest.pages.tables import edits_table
from ingest.pages.top_values import TopValue
from ingest.search.hits import Sort, count_results, result_ids
from ingest.search.terms import Query

MOST_CITED = 2000  # of what a search finds


@dataclass(frozen=True)
class CitedEntry:
    """An entry with the names of its authors. `version` counts from 1; `seen` is since when it is known."""

    entry: EntryRow
    authors: tuple[str, ...]
    version: int
    seen: str

    def copy(self, entry_url: str, archive: str) -> ArchivedCopy:
        """The copy in the archive of that title; `entry_url` followed by a number is the page of an entry."""
        return ArchivedCopy(f"{entry_url}{self.entry.id}", archive, self.version, self.seen)


def load_cited(connection: sqlite3.Connection, ids: Sequence[int]) -> tuple[CitedEntry, ...]:
    """These entries, in this order; those that are not there are left out."""
    entries = load_entry_rows(connection, ids)
    authors, edits = _authors(connection, ids), _edits(connection, ids)
    return tuple(
        CitedEntry(
            entry,
            tuple(cited_authors(entry, authors.get(entry.id, ()))),
            *edits.get(entry.id, (1, entry.first_seen)),
        )
        for entry in entries
    )


def load_found_citations(
    connection: sqlite3.Connection, query: Query, sort: Sort
) -> tuple[tuple[CitedEntry, ...], int]:
    """The first MOST_CITED entries that a query finds, and how many it finds in all."""
    cited = load_cited(connection, result_ids(connection, query, sort, MOST_CITED))
    return cited, len(cited) if len(cited) < MOST_CITED else count_results(connection, query)


def _authors(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[TopValue]]:
    rows = connection.execute(
        """
        SELECT entry_authors.entry, authors.name, authors.id
        FROM entry_authors JOIN authors ON authors.id = entry_authors.author
        WHERE entry_authors.entry IN (SELECT value FROM json_each(?)) ORDER BY authors.id
        """,
        [json.dumps([*ids])],
    )
    named: dict[int, list[TopValue]] = {}
    for entry, name, id in rows:
        named.setdefault(entry, []).append(TopValue(text_of(name), 1, id))
    return named


def _edits(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """The number of the present version of those that were edited, and since when it is known."""
    rows = connection.execute(
        f"""
        SELECT entry, count(*) + 1, max(replaced) FROM {edits_table(connection)}
        WHERE entry IN (SELECT value FROM json_each(?)) GROUP BY entry
        """,
        [json.dumps([*ids])],
    )
    return {entry: (number, text_of(seen)) for entry, number, seen in rows}
