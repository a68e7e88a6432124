"""The navigation around every page, ours and Datasette's."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from ingest.web.navigation import has_our_frame, load_navigation


@hookimpl
def extra_template_vars(
    template: str | None, database: str | None, datasette: Any, request: Any
) -> Callable[[], Awaitable[dict[str, Any]]]:
    """`site` for our templates, and for those of Datasette that are shown in our layout: ingest.pages.navigation.

    Of our pages, only /sign-in is shown to who may not read the archive.
    """
    is_ours, is_sign_in = (template or "").startswith("feedsette/"), template == "feedsette/sign_in.html"
    actor = request.actor if request else None

    async def variables() -> dict[str, Any]:
        if not is_ours and not await has_our_frame(datasette, database):
            return {}
        return {"site": await load_navigation(datasette, actor, hide_unreadable=not is_ours or is_sign_in)}

    return variables
