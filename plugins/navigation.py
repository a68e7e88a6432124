"""The navigation around every page, ours and Datasette's."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from ingest.pages.navigation import Navigation
from ingest.web.navigation import load_navigation


@hookimpl
def extra_template_vars(
    template: str | None, datasette: Any, request: Any
) -> Callable[[], Awaitable[dict[str, Navigation]]]:
    """`site`: what the archive is called, and where to go.

    Our own pages are shown to who may read the archive, but for the one to sign in at. Datasette's are to others too.
    """
    is_of_archive = (template or "").startswith("feedsette/") and template != "feedsette/sign_in.html"

    async def variables() -> dict[str, Navigation]:
        actor = request.actor if request else None
        return {"site": await load_navigation(datasette, actor, hide_unreadable=not is_of_archive)}

    return variables
