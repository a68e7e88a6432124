"""Redirects from addresses by the name of the archive's file, such as /search/entries of search.db."""

import re
from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.web.plugin.naming import find_former, find_former_database
from ingest.web.server.site_files import NAME


class _Former:
    """A route of an address by a name that is known when Datasette has started."""

    pattern = "^/(?P<name>[^/]+)(?P<rest>.*)$"  # as a compiled one has it, of any name

    def __init__(self, find: Callable[[Any, str], re.Match[str] | None], datasette: Any) -> None:
        self._find = find
        self._datasette = datasette

    def match(self, path: str) -> re.Match[str] | None:
        return self._find(self._datasette, path)


# Before our pages, as a file may be called like one of them: its tables are no feeds or entries.
@hookimpl(tryfirst=True, specname="register_routes")
def tables(datasette: Any) -> list[tuple[_Former, Callable[..., Any]]]:
    return [(_Former(find_former, datasette), to_table)]


@hookimpl(trylast=True, specname="register_routes")
def database(datasette: Any) -> list[tuple[_Former, Callable[..., Any]]]:
    return [(_Former(find_former_database, datasette), to_database)]


def to_table(datasette: Any, request: Any) -> Response:
    return _redirect(datasette, request, f"/{NAME}/{request.url_vars['rest']}")


def to_database(datasette: Any, request: Any) -> Response:
    return _redirect(datasette, request, f"/{NAME}{request.url_vars['rest']}")


def _redirect(datasette: Any, request: Any, path: str) -> Response:
    """Temporary, as the same address may be of another file tomorrow. What is sent is sent again (307)."""
    query = f"?{request.query_string}" if request.query_string else ""
    status = 302 if request.method in ("GET", "HEAD") else 307
    return Response.redirect(f"{datasette.urls.path(path)}{query}", status=status)
