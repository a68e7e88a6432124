"""/entry/1/history and /entry/1/version/2: the earlier versions of an entry, and what each edit changed."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from datasette import Response, hookimpl
from markupsafe import Markup

from ingest.pages.document import SayingDocuments, load_version_documents, since
from ingest.pages.entry import shortened_since
from ingest.pages.entry_html import shown_html
from ingest.pages.history import load_earlier, load_history
from ingest.pages.removals import load_removals
from ingest.pages.template_changes import template_changed
from ingest.web.access import may_read_documents, readable_archive, shows_pictures
from ingest.web.render import not_found_page, render_page
from ingest.web.run_query import run_query


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [
        (r"^/entry/(?P<id>\d{1,18})/history$", history_page),
        (r"^/entry/(?P<id>\d{1,18})/version/(?P<revision>\d{1,18})$", version_page),
    ]


async def history_page(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    history = await run_query(archive, load_history, int(request.url_vars["id"]))
    if history is None:
        return await not_found_page(datasette, request, "entry")
    revisions = {number for one in history.versions for number in (one.revision, one.earliest) if number}
    said_by = await _said_by(datasette, request, archive, history.entry.id, revisions)
    said = said_by or {}
    said_of = {
        one.revision: since(said.get(one.earliest), said.get(one.revision)) for one in history.versions
    }
    values = {
        "history": history,
        "entry": history.entry,
        "removals": await run_query(archive, load_removals, history.entry.id),
        "said_by": None if said_by is None else said_of,
        "without_document": not all(said_of.values()),
    }
    return await render_page(datasette, request, "feedsette/history.html", values)


async def version_page(datasette: Any, request: Any) -> Response:
    """An earlier version of an entry, to be read."""
    archive = await readable_archive(datasette, request.actor)
    id, revision = int(request.url_vars["id"]), int(request.url_vars["revision"])
    version = await run_query(archive, load_earlier, id, revision)
    if version is None:
        return await not_found_page(datasette, request, "version")
    shown = shown_html(version.html, f"v{revision}-", shows_pictures(datasette))
    values = {
        "version": version,
        "entry": version.entry,
        "revision": revision,
        "said_by": await _said_by(datasette, request, archive, id, [revision]),
        "shortened": await run_query(archive, shortened_since, id),
        "template_changed": await run_query(archive, template_changed, id, version.seen, version.replaced),
        "html": Markup(shown.html),
    }
    return await render_page(datasette, request, "feedsette/version.html", values)


async def _said_by(
    datasette: Any, request: Any, archive: Any, entry_id: int, revisions: Collection[int]
) -> Mapping[int | None, SayingDocuments] | None:
    """Which documents said each version; None for whom the documents are not open to, and in an older archive."""
    if not await may_read_documents(datasette, request.actor, archive.name):
        return None
    return await run_query(archive, load_version_documents, entry_id, revisions)
