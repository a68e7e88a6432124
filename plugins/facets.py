"""Facets of entries beyond Datasette's own: tags, authors and hosts, of which an entry has many, and time.

    ?_facet_many=tags        also authors, hosts; filters by ?_tag=, ?_author=, ?_host=
    ?_facet_time=month       also year, day; filters by ?month=, ?year=, ?_day= (which takes a month or a year too)

They are configured in metadata.yml as `many: tags` and `time: month` among the facets of the table entries.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.filters import FilterArguments
from datasette.utils import path_with_added_args, path_with_removed_args

from ingest.pages.listing import is_period
from ingest.pages.table_parameters import FACETS
from ingest.web.access import may_read_archive

TABLE = "entries"


@dataclass(frozen=True)
class Kind:
    """`counts` are value and count of {entries}, the commonest or latest first. `filter` is a condition on entries.

    The filter is None where the parameter is the name of a column, by which Datasette itself filters.
    """

    name: str
    parameter: str
    counts: str
    filter: str | None = None


def _joined(name: str, table: str) -> str:
    return f"""
        SELECT name AS value, count FROM (
            SELECT {name}, count(*) AS count FROM {table} {{entries}}
            GROUP BY {name} ORDER BY count DESC, {name} LIMIT :facet_limit
        ) JOIN {name}s ON {name}s.id = {name} ORDER BY count DESC, name
    """  # noqa: S608 - of constants


def _period(expression: str) -> str:
    return f"""
        SELECT {expression} AS value, count(*) AS count FROM entries {{entries}}
        GROUP BY value ORDER BY value DESC LIMIT :facet_limit
    """  # noqa: S608


def _entry_in(table: str, condition: str) -> str:
    return f"entries.id IN (SELECT entry FROM {table} WHERE {condition})"  # noqa: S608


MANY = {
    kind.name: kind
    for kind in (
        Kind(
            "tags",
            "_tag",
            _joined("tag", "entry_tags"),
            _entry_in("entry_tags", "tag IN (SELECT id FROM tags WHERE name = {value})"),
        ),
        Kind(
            "authors",
            "_author",
            _joined("author", "entry_authors"),
            _entry_in("entry_authors", "author IN (SELECT id FROM authors WHERE name = {value})"),
        ),
        Kind(
            "hosts",
            "_host",
            """
            SELECT host AS value, count(DISTINCT entry) AS count FROM links {entries}
            GROUP BY host HAVING host != '' ORDER BY count DESC, host LIMIT :facet_limit
            """,
            _entry_in("links", "host = {value}"),
        ),
    )
}
TIME = {
    kind.name: kind
    for kind in (
        Kind("year", "year", _period("year")),
        Kind("month", "month", _period("month")),
        Kind(
            "day",
            "_day",
            _period("substr(date, 1, 10)"),
            # '~' sorts after all that can follow a day
            "entries.date >= {value} AND entries.date < {value} || '~'",
        ),
    )
}
_FILTERS = [kind for kind in (*MANY.values(), *TIME.values()) if kind.filter]


class _EntriesFacet(Facet):  # type: ignore[misc]
    """A facet of the table entries, whose configuration names one of `kinds`."""

    kinds: Mapping[str, Kind] = {}
    key = "entry"  # which column of the counted table is the entry's number

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        results: list[dict[str, Any]] = []
        timed_out: list[str] = []
        for configured in self._configured():
            kind = self.kinds[configured["config"]["simple"]]
            if self.table != TABLE or not await may_read_archive(self.ds, self.request.actor, self.database):
                continue
            try:
                results.append(await self._counted(kind, configured["source"]))
            except QueryInterrupted:
                timed_out.append(kind.name)
        return results, timed_out

    def _configured(self) -> list[dict[str, Any]]:
        """Each kind once, as it may be asked for both in metadata.yml and in the address."""
        known: dict[str, dict[str, Any]] = {}
        for configured in self.get_configs():
            name = configured["config"].get("simple")
            if name in self.kinds:
                known.setdefault(name, configured)
        return list(known.values())

    async def _counted(self, kind: Kind, source: str) -> dict[str, Any]:
        size = self.get_facet_size()
        found = await self.ds.execute(
            self.database,
            kind.counts.format(entries=self._among()),
            {**dict(self.params), "facet_limit": size + 1},  # none are a list
            truncate=False,
            custom_time_limit=self.ds.setting("facet_time_limit_ms"),
        )
        toggle = path_with_removed_args(self.request, {f"_facet_{self.type}": kind.name})
        return {
            "name": kind.name,
            "type": self.type,
            "hideable": source != "metadata",
            "toggle_url": self.ds.urls.path(toggle),
            "results": [self._result(kind, row) for row in found.rows[:size]],
            "truncated": len(found.rows) > size,
        }

    def _among(self) -> str:
        """The WHERE that keeps to the rows of the page; none where these are all, so that an index is enough."""
        if " where " not in self.sql:
            return ""
        return f"WHERE {self.key} IN (SELECT id FROM ({self.sql}))"  # noqa: S608 - made by Datasette

    def _result(self, kind: Kind, row: Any) -> dict[str, Any]:
        value = row["value"]
        selected = (kind.parameter, str(value)) in self.get_querystring_pairs()
        page = self.request.args.get("_next")
        if selected:
            removed = {kind.parameter: str(value), **({"_next": page} if page else {})}
            path = path_with_removed_args(self.request, removed)
        else:
            path = path_with_added_args(self.request, {kind.parameter: value, "_next": None})
        return {
            "value": value,
            "label": value,
            "count": row["count"],
            "toggle_url": self.ds.absolute_url(self.request, self.ds.urls.path(path)),
            "selected": selected,
        }


class ManyFacet(_EntriesFacet):
    type = "many"
    kinds = MANY


class TimeFacet(_EntriesFacet):
    type = "time"
    kinds = TIME
    key = "id"


@hookimpl
def register_facet_classes() -> list[type[Facet]]:
    return [ManyFacet, TimeFacet]


@hookimpl
def filters_from_request(
    request: Any, database: str, table: str, datasette: Any
) -> Callable[[], Awaitable[FilterArguments | None]]:
    """What a value of a facet leads to: the entries that have it. Several hold together."""

    async def filters() -> FilterArguments | None:
        asked = [
            (kind, value)
            for kind in _FILTERS
            for value in request.args.getlist(kind.parameter)
            if kind.name != "day" or is_period(value)
        ]
        if not asked or table != TABLE or not await may_read_archive(datasette, request.actor, database):
            return None
        clauses, params, descriptions = [], {}, []
        for i, (kind, value) in enumerate(asked):
            params[f"facet_{i}"] = value
            clauses.append((kind.filter or "").format(value=f":facet_{i}"))
            descriptions.append(f'{kind.parameter.strip("_")} = "{value}"')
        return FilterArguments(clauses, params, descriptions)

    return filters


@hookimpl
def extra_template_vars(
    view_name: str, database: str | None, table: str | None, request: Any, datasette: Any
) -> Callable[[], Awaitable[dict[str, list[tuple[str, str]]]]]:
    """`more_facets`, for our _facet_results.html: each facet with the address that adds it to the page."""

    async def variables() -> dict[str, list[tuple[str, str]]]:
        if view_name != "table" or table != TABLE or database is None:
            return {}
        if not await may_read_archive(datasette, request.actor, database):
            return {}
        asked = [(name, {f"_facet_{kind}": name}) for kind, names in FACETS.items() for name in names]
        added = [(name, path_with_added_args(request, parameter)) for name, parameter in asked]
        return {"more_facets": [(name, f"?{path.partition('?')[2]}#facet-{name}") for name, path in added]}

    return variables


@hookimpl
def extra_css_urls() -> list[str]:
    return ["/static/facets.css"]
