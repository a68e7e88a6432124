"""/entry/1.bib and so on: citations of an entry, in each of the formats of ingest.pages.cite; /search.bib?q= and so
on: of what a search finds."""

import re
from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.base.clock import now
from ingest.pages.cite import CITATION_FORMATS, CitationFormat
from ingest.pages.cited import CitedEntry, load_cited, load_found_citations
from ingest.pages.search_request import parse_search_request
from ingest.web.access import readable_archive
from ingest.web.navigation import load_navigation
from ingest.web.render import not_found_page, unavailable
from ingest.web.run_query import QueryTimeout, run_query

_LONGEST_MS = 20_000
_TOO_LONG = "This search takes too long. Ask for something less common, or for a shorter time: after:2024."


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    endings = "|".join(map(re.escape, CITATION_FORMATS))
    return [
        (rf"^/entry/(?P<id>\d{{1,18}})\.(?P<ending>{endings})$", citation),
        *((rf"^/search\.{re.escape(ending)}$", citations_of_search) for ending in CITATION_FORMATS),
    ]


async def citation(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    id, ending = int(request.url_vars["id"]), request.url_vars["ending"]
    cited = await run_query(archive, load_cited, [id])
    if not cited:
        return await not_found_page(datasette, request, "entry")
    return await _document(datasette, request, CITATION_FORMATS[ending], cited, f"entry-{id}.{ending}")


async def citations_of_search(datasette: Any, request: Any) -> Response:
    """The first that a search finds, in its order; what there is beyond is said where a format has comments."""
    archive = await readable_archive(datasette, request.actor)
    args = request.args
    asked = parse_search_request(args.getlist("q"), args.get("sort"), None, args.get("of"))
    try:
        cited, total = await run_query(
            archive, load_found_citations, asked.query, asked.sort, limit_ms=_LONGEST_MS
        )
    except QueryTimeout:
        return await unavailable(datasette, request, _TOO_LONG)
    ending = request.path.rpartition("/search.")[2]
    format = CITATION_FORMATS[ending]
    cut = f"The first {len(cited):,} of {total:,} entries" if total > len(cited) else ""
    comment = format.comment.format(cut) if cut else ""
    return await _document(datasette, request, format, cited, f"search.{ending}", comment)


async def _document(
    datasette: Any,
    request: Any,
    format: CitationFormat,
    cited: tuple[CitedEntry, ...],
    name: str,
    comment: str = "",
) -> Response:
    entry_url = str(datasette.absolute_url(request, datasette.urls.path("/entry/")))
    title, today = (await load_navigation(datasette, request.actor)).title, now()
    text = format.document(
        format.write(one.entry, one.authors, today, one.copy(entry_url, title)) for one in cited
    )
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text + comment, content_type=f"{format.content_type}; charset=utf-8", headers=headers)
