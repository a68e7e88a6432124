"""/static/…: our styles and scripts. Other names there are those of the user's own `--static static:FOLDER`."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import asgi_static

from ingest.web.server.site_files import site_folder


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [(_pattern(), asgi_static(site_folder() / "static"))]


@cache
def _pattern() -> str:
    folder = site_folder() / "static"
    files = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
    return rf"^/static/(?P<path>{'|'.join(map(re.escape, files))})$"
