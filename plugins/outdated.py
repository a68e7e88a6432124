"""What our pages say of an archive that another release made, such as the command that brings it up to date."""

from collections.abc import Callable
from typing import Any

from datasette import hookimpl

from ingest.web.plugin.outdated import find_outdated


@hookimpl
def extra_template_vars(template: str | None, datasette: Any) -> Callable[[], Any]:
    """`outdated`, for the base of our pages."""

    async def variables() -> dict[str, Any]:
        is_ours = (template or "").startswith("feedsette/")
        return {"outdated": await find_outdated(datasette)} if is_ours else {}

    return variables
