"""/static/…: our styles and scripts. Other names there are those of the user's own `--static static:FOLDER`."""

import re
from collections.abc import Callable
from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import asgi_static

from ingest.web.server.site_files import site_folder


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    folder = site_folder() / "static"
    files = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
    names = "|".join(map(re.escape, files))
    return [(rf"^/static/(?P<path>{names})$", asgi_static(folder))]
