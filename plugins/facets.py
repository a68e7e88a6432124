"""Facets of entries beyond Datasette's own: tags, authors and hosts, of which an entry has many, and time.

    ?_facet_many=tags        also authors, hosts; filters by ?_tag=, ?_author=, ?_host=
    ?_facet_time=month       also year, day; filters by ?month=, ?year=, ?_day= (which takes a month or a year too)

They are configured in metadata.yml as `many: tags` and `time: month` among the facets of the table entries.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.filters import FilterArguments
from datasette.utils import path_with_added_args, path_with_removed_args

from ingest.pages.facets import ENTRY_FACETS, FACET_FILTERS, MANY_FACETS, TIME_FACETS, EntryFacet
from ingest.web.access import may_read_archive

_TABLE = "entries"


class _EntriesFacet(Facet):  # type: ignore[misc]
    """A kind of facet of the table entries; its configuration names one of `facets`."""

    facets: Mapping[str, EntryFacet] = {}
    key = "entry"  # which column of the counted table is the entry's number

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        results: list[dict[str, Any]] = []
        timed_out: list[str] = []
        for configured in self._configured():
            facet = self.facets[configured["config"]["simple"]]
            if self.table != _TABLE or not await may_read_archive(self.ds, self.request.actor, self.database):
                continue
            try:
                results.append(await self._counted(facet, configured["source"]))
            except QueryInterrupted:
                timed_out.append(facet.name)
        return results, timed_out

    def _configured(self) -> list[dict[str, Any]]:
        """Each facet once, as it may be asked for both in metadata.yml and in the address."""
        known: dict[str, dict[str, Any]] = {}
        for configured in self.get_configs():
            name = configured["config"].get("simple")
            if name in self.facets:
                known.setdefault(name, configured)
        return list(known.values())

    async def _counted(self, facet: EntryFacet, source: str) -> dict[str, Any]:
        size = self.get_facet_size()
        found = await self.ds.execute(
            self.database,
            facet.counts.format(entries=self._among()),
            {**dict(self.params), "facet_limit": size + 1},  # none are a list
            truncate=False,
            custom_time_limit=self.ds.setting("facet_time_limit_ms"),
        )
        toggle = path_with_removed_args(self.request, {f"_facet_{self.type}": facet.name})
        return {
            "name": facet.name,
            "type": self.type,
            "hideable": source != "metadata",
            "toggle_url": self.ds.urls.path(toggle),
            "results": [self._result(facet, row) for row in found.rows[:size]],
            "truncated": len(found.rows) > size,
        }

    def _among(self) -> str:
        """The WHERE that keeps to the rows of the page; none where these are all, so that an index is enough."""
        if " where " not in self.sql:
            return ""
        return f"WHERE {self.key} IN (SELECT id FROM ({self.sql}))"  # noqa: S608 - made by Datasette

    def _result(self, facet: EntryFacet, row: Any) -> dict[str, Any]:
        value = row["value"]
        selected = (facet.parameter, str(value)) in self.get_querystring_pairs()
        page = self.request.args.get("_next")
        if selected:
            removed = {facet.parameter: str(value), **({"_next": page} if page else {})}
            path = path_with_removed_args(self.request, removed)
        else:
            path = path_with_added_args(self.request, {facet.parameter: value, "_next": None})
        return {
            "value": value,
            "label": value,
            "count": row["count"],
            "toggle_url": self.ds.absolute_url(self.request, self.ds.urls.path(path)),
            "selected": selected,
        }


class ManyFacet(_EntriesFacet):
    type = "many"
    facets = MANY_FACETS


class TimeFacet(_EntriesFacet):
    type = "time"
    facets = TIME_FACETS
    key = "id"


@hookimpl
def register_facet_classes() -> list[type[Facet]]:
    return [ManyFacet, TimeFacet]


@hookimpl
def filters_from_request(
    request: Any, database: str, table: str, datasette: Any
) -> Callable[[], Awaitable[FilterArguments | None]]:
    """Filters by the values of facets in the address, joined by AND."""

    async def filters() -> FilterArguments | None:
        asked = [
            (facet, value)
            for facet in FACET_FILTERS
            for value in request.args.getlist(facet.parameter)
            if facet.is_value(value)
        ]
        if not asked or table != _TABLE or not await may_read_archive(datasette, request.actor, database):
            return None
        clauses, params, descriptions = [], {}, []
        for i, (facet, value) in enumerate(asked):
            params[f"facet_{i}"] = value
            clauses.append((facet.filter or "").format(value=f":facet_{i}"))
            descriptions.append(f'{facet.parameter.strip("_")} = "{value}"')
        return FilterArguments(clauses, params, descriptions)

    return filters


@hookimpl
def extra_template_vars(
    view_name: str, database: str | None, table: str | None, request: Any, datasette: Any
) -> Callable[[], Awaitable[dict[str, list[tuple[str, str]]]]]:
    """`more_facets`, for our _facet_results.html: each facet with the address that adds it to the page."""

    async def variables() -> dict[str, list[tuple[str, str]]]:
        if view_name != "table" or table != _TABLE or database is None:
            return {}
        if not await may_read_archive(datasette, request.actor, database):
            return {}
        asked = [(name, {f"_facet_{kind}": name}) for kind, facets in ENTRY_FACETS.items() for name in facets]
        added = [(name, path_with_added_args(request, parameter)) for name, parameter in asked]
        return {"more_facets": [(name, f"?{path.partition('?')[2]}#facet-{name}") for name, path in added]}

    return variables
