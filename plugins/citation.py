"""/entry/1.bib and so on: citations of an entry, in each of the formats of ingest.pages.cite."""

import re
from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.base.clock import now
from ingest.pages.cite import CITATION_FORMATS, cited_authors
from ingest.pages.entry import load_entry, load_names
from ingest.web.access import readable_archive
from ingest.web.render import not_found_page
from ingest.web.run_query import run_query


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    endings = "|".join(map(re.escape, CITATION_FORMATS))
    return [(rf"^/entry/(?P<id>\d{{1,18}})\.(?P<ending>{endings})$", citation)]


async def citation(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    id, ending = int(request.url_vars["id"]), request.url_vars["ending"]
    entry = await run_query(archive, load_entry, id)
    if entry is None:
        return await not_found_page(datasette, request, "entry")
    authors = cited_authors(entry, await run_query(archive, load_names, "author", id))
    headers = {"content-disposition": f'attachment; filename="entry-{id}.{ending}"'}
    format = CITATION_FORMATS[ending]
    text = format.write(entry, authors, now())
    return Response(text, content_type=f"{format.content_type}; charset=utf-8", headers=headers)
