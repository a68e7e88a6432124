"""The facets of the table of entries beyond Datasette's own: each is one EntryFacet.

A facet is shown at first where metadata.yml names it among the facets of the table; others are there to be added.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ingest.pages.listing import is_period
from ingest.search.terms import entry_in


@dataclass(frozen=True)
class EntryFacet:
    """`counts` is SQL for the value and count of {entries}, the commonest or latest first. `filter` is a condition on
    entries that have the {value} of the `parameter` of an address.

    The filter is None where the parameter is the name of a column, by which Datasette itself filters. A value for which
    `is_value` does not hold is ignored.
    """

    name: str
    parameter: str
    counts: str
    filter: str | None = None
    is_value: Callable[[str], bool] = lambda value: True


def _joined(name: str, table: str) -> str:
    return f"""
        SELECT name AS value, count FROM (
            SELECT {name}, count(*) AS count FROM {table} {{entries}}
            GROUP BY {name} ORDER BY count DESC, {name} LIMIT :facet_limit
        ) JOIN {name}s ON {name}s.id = {name} ORDER BY count DESC, name
    """


def _period(expression: str) -> str:
    return f"""
        SELECT {expression} AS value, count(*) AS count FROM entries {{entries}}
        GROUP BY value HAVING value IS NOT NULL ORDER BY value DESC LIMIT :facet_limit
    """


MANY_FACETS = {
    facet.name: facet
    for facet in (
        EntryFacet(
            "tags",
            "_tag",
            _joined("tag", "entry_tags"),
            entry_in("entry_tags", "tag IN (SELECT id FROM tags WHERE name = {value})"),
        ),
        EntryFacet(
            "authors",
            "_author",
            _joined("author", "entry_authors"),
            entry_in("entry_authors", "author IN (SELECT id FROM authors WHERE name = {value})"),
        ),
        EntryFacet(
            "hosts",
            "_host",
            """
            SELECT host AS value, count(DISTINCT entry) AS count FROM links {entries}
            GROUP BY host HAVING host != '' ORDER BY count DESC, host LIMIT :facet_limit
            """,
            entry_in("links", "host = {value}"),
        ),
    )
}
TIME_FACETS = {
    facet.name: facet
    for facet in (
        EntryFacet("year", "year", _period("year")),
        EntryFacet("month", "month", _period("month")),
        EntryFacet(
            "day",
            "_day",
            _period("iif(date_from IN ('published', 'updated'), substr(date, 1, 10), NULL)"),
            # '~' sorts after all that can follow a day
            "entries.date >= {value} AND entries.date < {value} || '~' AND entries.month IS NOT NULL",
            is_period,
        ),
    )
}
# By how an address asks for them: ?_facet_many=tags, ?_facet_time=month.
ENTRY_FACETS = {"many": MANY_FACETS, "time": TIME_FACETS}
FACET_FILTERS = [facet for facets in ENTRY_FACETS.values() for facet in facets.values() if facet.filter]
