"""/entry/1: an entry, to be read."""

from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl
from markupsafe import Markup

from ingest.base.clock import now
from ingest.pages import cite
from ingest.pages.document import load_version_documents
from ingest.pages.entry import load_entry_page, load_linked, load_related
from ingest.pages.entry_html import shown_html
from ingest.pages.json_ld import json_ld
from ingest.pages.other_names import load_other_names
from ingest.web.access import may_read_documents, readable_archive, shows_pictures
from ingest.web.navigation import load_navigation
from ingest.web.optional_parts import OptionalParts
from ingest.web.render import not_found_page, render_page
from ingest.web.run_query import run_query

LONG = 1000  # words, from which on a text has a table of contents


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [(r"^/entry/(?P<id>\d{1,18})$", entry_page)]


async def entry_page(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    page = await run_query(archive, load_entry_page, int(request.url_vars["id"]))
    if page is None:
        return await not_found_page(datasette, request, "entry")
    entry, optional = page.entry, OptionalParts(archive)
    shown = shown_html(entry.html, f"s{entry.id}-", shows_pictures(datasette))
    summary = shown_html(page.details.summary, f"m{entry.id}-", shows_pictures(datasette))
    address = str(datasette.absolute_url(request, datasette.urls.path(f"/entry/{entry.id}")))
    authors = cite.cited_authors(entry, page.authors)
    title = (await load_navigation(datasette, request.actor)).title
    copy = cite.ArchivedCopy(address, title, page.versions + 1, page.seen)
    may = await may_read_documents(datasette, request.actor, archive.name)
    said_by = await run_query(archive, load_version_documents, entry.id) if may else None
    values = {
        "page": page,
        "entry": entry,
        "linked": await optional.run("what links here, and what it links to", load_linked, entry.id),
        "related": await optional.run("related entries", load_related, entry.id),
        "known_as": await run_query(archive, load_other_names, entry.id),
        "left_out": optional.left_out,
        "html": Markup(shown.html),
        "summary": Markup(summary.html),
        "headings": shown.headings if entry.words >= LONG and len(shown.headings) > 2 else (),
        "json_ld": Markup(json_ld(entry, authors, address)),
        "page_url": address,
        "plain_citation": cite.plain(entry, authors, now(), copy),
        "bibtex": cite.bibtex(entry, authors, now(), copy),
        "citations": cite.CITATION_FORMATS,
        "document": said_by[None].first if said_by and None in said_by else None,
    }
    return await render_page(datasette, request, "feedsette/entry.html", values)
