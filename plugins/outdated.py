"""What our pages say of an archive that another release made, such as the command that brings it up to date."""

from collections.abc import Callable
from typing import Any

from datasette import hookimpl

from ingest.web.plugin.outdated import find_outdated


@hookimpl
def extra_template_vars(datasette: Any) -> Callable[[], Any]:
    """`outdated`, for our base.html and feedsette/base.html."""

    async def variables() -> dict[str, Any]:
        return {"outdated": await find_outdated(datasette)}

    return variables
