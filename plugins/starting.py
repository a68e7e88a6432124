"""Finds the archive when Datasette starts, names its database, and puts our metadata and queries beneath the user's."""

from collections.abc import Awaitable
from typing import Any

from datasette import hookimpl

from ingest.web.plugin.starting import start


# The first hook that Datasette calls, before 1.0 reads its settings.
@hookimpl(tryfirst=True)
def prepare_jinja2_environment(datasette: Any) -> Awaitable[None]:
    return start(datasette)
