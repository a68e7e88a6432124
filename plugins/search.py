"""The search page, /search?q=, and the same results as JSON, CSV and Atom; and /entries, where nothing is asked."""

import asyncio
import csv
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from datasette import Response, hookimpl
from datasette.utils.asgi import AsgiStream

from ingest.base.clock import horizon, now
from ingest.pages import feeds_out
from ingest.pages.cited import MOST_CITED
from ingest.pages.feed import load_texts
from ingest.pages.listing import items_of
from ingest.pages.lists.all_entries import load_all_entries
from ingest.pages.search import (
    HITS,
    ResultsPage,
    load_chips,
    load_examples,
    load_found,
    load_narrowing,
    load_over_time,
    snippet_text,
)
from ingest.pages.search_request import SearchRequest, only_before, parse_search_request
from ingest.search.explain import explain_query
from ingest.search.hits import result_ids, select_sql
from ingest.search.suggest import suggest
from ingest.web.access import free_routes, readable_archive
from ingest.web.optional_parts import OptionalParts
from ingest.web.render import render_page, unavailable
from ingest.web.run_query import LONGEST_MS, QueryTimeout, run_query, run_query_or_none

SUGGEST_MS = 300
EXPORT_MS = 20_000
MOST_EXPORTED = 10_000_000  # entries: their numbers are 80 MB
EXPORTED_AT_ONCE = 500
_TOO_LONG = "This search takes too long. Ask for something less common, or for a shorter time: after:2024."

_View = Callable[..., Awaitable[Any]]


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, _View]]:
    return [
        *free_routes(datasette, [(r"^/entries$", entries_page)]),
        (r"^/search$", search_page),
        (r"^/search/suggest$", search_suggest),
        (r"^/search\.json$", search_json),
        (r"^/search\.csv$", search_csv),
        (r"^/search\.atom$", search_atom),
    ]


def _asked(request: Any) -> SearchRequest:
    args = request.args
    return parse_search_request(args.getlist("q"), args.get("sort"), args.get("page"), args.get("of"))


async def search_page(datasette: Any, request: Any) -> Response:
    """The results of a query; without one, examples of queries."""
    archive = await readable_archive(datasette, request.actor)
    asked = _asked(request)
    optional = OptionalParts(archive)
    variables: dict[str, Any] = {"asked": asked, "q": asked.text, "address": _addresses(datasette, asked)}
    variables["left_out"] = optional.left_out
    if asked.is_empty:
        variables["examples"] = await optional.run("examples", load_examples)
        return await render_page(datasette, request, "feedsette/search.html", variables)
    found, chips, narrowing, over_time = await asyncio.gather(
        run_query_or_none(archive, LONGEST_MS, load_found, asked),
        optional.run("the parts of the search", load_chips, asked),
        optional.run("what to narrow it down by", load_narrowing, asked),
        optional.run("how often over time", load_over_time, asked, horizon(now())),
    )
    if found is None:
        return await unavailable(datasette, request, _TOO_LONG)
    variables |= {"chips": chips, "narrowing": narrowing, "over_time": over_time, **_rows(found, asked)}
    return await render_page(datasette, request, "feedsette/search.html", variables)


async def entries_page(datasette: Any, request: Any) -> Response:
    """All entries, the newest first, as the search page shows them."""
    archive = await readable_archive(datasette, request.actor)
    asked = _asked(request)
    if not asked.is_empty:
        return Response.redirect(_addresses(datasette, asked)())
    end, optional = horizon(now()), OptionalParts(archive)
    everything = parse_search_request([], None, None, None)  # whatever the order and page, for the cache
    shown, narrowing, over_time = await asyncio.gather(
        run_query_or_none(archive, LONGEST_MS, load_all_entries, asked, end),
        optional.run_cached("what to narrow it down by", load_narrowing, everything),
        optional.run_cached("how many there are over time", load_over_time, everything, end),
    )
    if shown is None:
        return await unavailable(datasette, request, _TOO_LONG)
    variables = {"asked": asked, "q": "", "address": _addresses(datasette, asked), "all": shown}
    variables |= {"narrowing": narrowing, "over_time": over_time, "left_out": optional.left_out}
    variables |= _rows(shown.found, asked)
    return await render_page(datasette, request, "feedsette/search.html", variables)


def _rows(found: ResultsPage, asked: SearchRequest) -> dict[str, Any]:
    """What was found, and the SQL that finds it, for the template."""
    sql, params = select_sql(found.results.query, asked.sort)
    rows = f"{sql}\nLIMIT {HITS} OFFSET {found.first - 1}"
    return {"found": found, "sql": rows, "params": urlencode(params), "most_cited": MOST_CITED}


def _addresses(datasette: Any, asked: SearchRequest) -> Callable[..., str]:
    """The address of this search in another form or with other parameters; None takes one away."""

    def address(form: str = "", **changes: Any) -> str:
        asked_for = {
            "q": asked.text,
            "sort": asked.sort if asked.sort != "relevance" else None,
            "of": asked.chosen + 1 if asked.chosen else None,
            **changes,
        }
        asked_for["q"] = (asked_for["q"] or "").strip() or None
        query = urlencode({name: value for name, value in asked_for.items() if value is not None})
        page = "/search" if form or asked_for["q"] else "/entries"
        return str(datasette.urls.path(page + form)) + (f"?{query}" if query else "")

    return address


async def search_suggest(datasette: Any, request: Any) -> Response:
    """Completions of the last word of a query, as JSON."""
    archive = await readable_archive(datasette, request.actor)
    optional = OptionalParts(archive)
    text = request.args.get("q") or ""
    suggestions = await optional.run("suggestions", suggest, text, limit_ms=SUGGEST_MS)
    suggested = [asdict(suggestion) for suggestion in suggestions or ()]
    return Response.json({"suggestions": suggested, "left_out": optional.left_out})


async def search_json(datasette: Any, request: Any) -> Response:
    """A page of the results and the facets of all, as JSON."""
    archive = await readable_archive(datasette, request.actor)
    asked = _asked(request)
    optional = OptionalParts(archive)
    found, narrowing = await asyncio.gather(
        run_query_or_none(archive, LONGEST_MS, load_found, asked),
        optional.run("facets", load_narrowing, asked),
    )
    if found is None:
        return await unavailable(datasette, request, _TOO_LONG)
    results, absolute = found.results, _absolute(datasette, request)
    more = found.page < found.pages
    page = {
        "ok": True,
        "query": asked.text,
        "meaning": found.meaning,
        "notes": found.notes,
        "suggestion": results.suggestion,
        "sort": asked.sort,
        "total": results.total,
        "page": found.page,
        "pages": found.pages,
        "next": absolute(_addresses(datasette, asked)(".json", page=found.page + 1)) if more else None,
        "hits": [
            {**_hit(hit), "page": absolute(datasette.urls.path(f"/entry/{hit.id}"))} for hit in results.hits
        ],
        "left_out": optional.left_out,  # for it took too long
        "counted_among": narrowing.among if narrowing else None,
        "facets": {
            group.name: [{"label": c.label, "count": c.count, "query": c.text} for c in group.choices]
            for group in (narrowing.groups if narrowing else ())
        },
    }
    return Response.json(page)


def _hit(hit: Any) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": hit.title,
        "url": hit.url,
        "feed": {"id": hit.feed_id, "title": hit.feed},
        "author": hit.author,
        "date": hit.date,
        "date_from": hit.date_from,
        "snippet": snippet_text(hit),
        "title_parts": hit.title_parts,  # in pieces, each with whether it is a match
        "snippet_parts": hit.snippet,
    }


def _absolute(datasette: Any, request: Any) -> Callable[[str], str]:
    return lambda path: str(datasette.absolute_url(request, path))


async def search_csv(datasette: Any, request: Any) -> Any:
    """All results, at most MOST_EXPORTED, as streamed CSV."""
    archive = await readable_archive(datasette, request.actor)
    asked = _asked(request)
    try:
        ids = await run_query(archive, result_ids, asked.query, asked.sort, MOST_EXPORTED, limit_ms=EXPORT_MS)
    except QueryTimeout:
        return await unavailable(datasette, request, _TOO_LONG)

    async def write(writer: Any) -> None:
        await writer.write("id,date,title,author,feed,url,words,excerpt,date_from\r\n")
        for first in range(0, len(ids), EXPORTED_AT_ONCE):
            piece = list(ids[first : first + EXPORTED_AT_ONCE])
            items = await run_query_or_none(archive, EXPORT_MS, items_of, piece)
            if items is None:  # too late for another status
                await writer.write(
                    f"This export took too long: {len(ids) - first} of {len(ids)} are missing.\r\n"
                )
                return
            lines = StringIO()
            csv.writer(lines).writerows(
                (
                    item.id,
                    item.date,
                    item.title,
                    item.author,
                    item.feed,
                    item.url,
                    item.words,
                    item.excerpt,
                    item.date_from,
                )
                for item in items
            )
            await writer.write(lines.getvalue())

    headers = {"content-disposition": 'attachment; filename="search.csv"'}
    return AsgiStream(write, headers=headers, content_type="text/csv; charset=utf-8")


async def search_atom(datasette: Any, request: Any) -> Response:
    """The newest results as a feed, for a reader to follow."""
    archive = await readable_archive(datasette, request.actor)
    asked = _asked(request)
    query = only_before(asked.query, horizon(now()))

    def load(connection: Any) -> Any:
        items = items_of(connection, [*result_ids(connection, query, "newest", HITS)])
        texts = load_texts(connection, (item.id for item in items), feeds_out.LONGEST_PUBLISHED_HTML)
        return feeds_out.load_origin(connection), items, texts

    answer = await run_query_or_none(archive, LONGEST_MS, load)
    if answer is None:
        return await unavailable(datasette, request, _TOO_LONG)
    origin, items, texts = answer
    absolute, address = _absolute(datasette, request), _addresses(datasette, asked)
    title = f"Search: {asked.text}" if asked.query.clauses else explain_query(asked.query).capitalize()
    addresses = absolute(address(".atom")), absolute(address()), absolute(datasette.urls.path("/entry/"))
    source = feeds_out.FeedSource(origin, f"search?{asked.texts[asked.chosen]}", title, *addresses)
    document = feeds_out.atom(source, items, texts)
    return Response(document, content_type="application/atom+xml; charset=utf-8")
