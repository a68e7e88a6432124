"""The navigation around every page, ours and Datasette's."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from ingest.web.navigation import load_navigation, navigation_of_page


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
        if is_ours:
            return {"site": await load_navigation(datasette, actor, hide_unreadable=is_sign_in)}
        return {"site": await navigation_of_page(datasette, actor, database)}

    return variables
