"""Where somebody was going who signs in first: an address of this site, and of no other."""

import re
from typing import Any
from urllib.parse import urlencode

# A path below the root, in ASCII. What browsers take for a slash, or leave out, could make another site's of it.
_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]{0,2000}")
_NOWHERE = re.compile(r"/(-/(login|logout|auth-token)|sign-in)?(\?.*)?")


def way_back(wanted: str | None) -> str | None:
    """The path, if it is one of this site that it makes sense to go to after signing in, without base_url."""
    if not wanted or not _PATH.fullmatch(wanted) or _NOWHERE.fullmatch(wanted):
        return None
    return wanted


def way_of(datasette: Any, request: Any) -> str | None:
    """The way back to what a request asked for, as far as it can be asked for again."""
    if request is None or request.method not in ("GET", "HEAD"):
        return None
    base_url = datasette.setting("base_url")
    path = request.path
    if base_url != "/" and path.startswith(base_url):
        path = path.removeprefix(base_url.rstrip("/"))
    return way_back(f"{path}?{request.query_string}" if request.query_string else path)


def with_way(address: str, way: str | None) -> str:
    """The address of a page to sign in, which leads on to `way`."""
    return f"{address}?{urlencode({'next': way})}" if way else str(address)
