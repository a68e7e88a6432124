"""/document/12: the bytes of a document as they were received, to be saved. They are never shown in the browser."""

import base64
import re
import sqlite3
from collections.abc import Callable
from typing import Any

from datasette import Forbidden, Response, hookimpl

from ingest.pages.document import MissingBytes, ShownDocument, load_body, load_document
from ingest.web.access import may_read_documents, readable_archive
from ingest.web.render import not_found_page, render_page
from ingest.web.run_query import run_query
from ingest.web.sql_executor import reserve_answer

# So that even a browser that shows it nevertheless runs and loads nothing.
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [(r"^/document/(?P<id>\d{1,18})$", document_bytes)]


async def document_bytes(datasette: Any, request: Any) -> Response:
    archive = await readable_archive(datasette, request.actor)
    document = await run_query(archive, load_document, int(request.url_vars["id"]))
    if document is None:
        return await not_found_page(datasette, request, "document")
    if not await may_read_documents(datasette, request.actor, archive.name):
        raise Forbidden("The documents of this archive are not open to everybody.")
    headers = _caching(document.sha256)
    if headers.get("etag") in _known(request):
        return Response("", status=304, headers=headers)
    body = await run_query(archive, _body, document)
    if isinstance(body, MissingBytes):
        values = {"document": document, "why": body.why}
        return await render_page(datasette, request, "feedsette/document.html", values, status=410)
    headers |= {
        "content-disposition": f'attachment; filename="{document.file_name(body)}"',
        "content-length": str(len(body)),
        "content-security-policy": _POLICY,
        "x-content-type-options": "nosniff",
    }
    return Response(body, content_type="text/plain; charset=utf-8", headers=headers)


def _body(connection: sqlite3.Connection, document: ShownDocument) -> bytes | MissingBytes:
    reserve_answer(document.size)
    return load_body(connection, document.id)


def _caching(sha256: str) -> dict[str, str]:
    """A browser may keep it, but asks each time: who may read can change, and what archive is served at the address."""
    if not re.fullmatch("[0-9a-f]{64}", sha256):  # which another program wrote
        return {"cache-control": "no-store"}
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    return {
        "cache-control": "private, no-cache",
        "etag": f'"{sha256}"',
        "repr-digest": f"sha-256=:{digest}:",  # RFC 9530
    }


def _known(request: Any) -> set[str]:
    """The ETags of the copies that the client has."""
    given = request.headers.get("if-none-match", "")
    return {tag.strip().removeprefix("W/") for tag in given.split(",")}
