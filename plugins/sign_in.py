"""Links to sign in and out, on every page, /sign-in, and the page for 403."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.web.owner.way_back import way_back, way_of, with_way
from ingest.web.render import is_for_programs, render_page
from ingest.web.server.passwords import OWNER, accounts, auth_settings


@hookimpl
def extra_template_vars(template: str | None, datasette: Any, request: Any) -> dict[str, Any]:
    """`sign_in_url` is None where nobody can sign in on a page: the link of --root is printed, and cannot be shown."""
    urls, by_password = datasette.urls, _by_password(datasette)
    shared = {
        "signed_in": bool(request and request.actor),
        "sign_in_url": with_way(urls.path("/sign-in"), way_of(datasette, request)) if by_password else None,
        "sign_out_url": urls.logout(),
        "login_url": with_way(urls.path("/-/login"), way_of(datasette, request)) if by_password else None,
    }
    if template == "password_login.html":
        return {**shared, "owner_name": OWNER if OWNER in accounts(auth_settings(datasette)) else ""}
    return shared


def _by_password(datasette: Any) -> bool:
    """Whether datasette-auth-passwords has any account."""
    return bool(accounts(auth_settings(datasette)))


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    return [("^/sign-in$", sign_in_page)]


async def sign_in_page(datasette: Any, request: Any) -> Response:
    """How to sign in; a redirect where there is a page for passwords, which leads on to ?next=."""
    if _by_password(datasette) and not request.actor:
        way = way_back(request.args.get("next"))
        return Response.redirect(with_way(datasette.urls.path("/-/login"), way))
    return await _page(datasette, request, None)


@hookimpl
def forbidden(datasette: Any, request: Any, message: str) -> Callable[[], Awaitable[Response]] | None:
    """Our 403, which says how to sign in. Datasette's messages are names of permissions, ours are sentences."""
    if is_for_programs(request.path):
        return None
    said = message if message.endswith(".") else "You may not see this."

    async def page() -> Response:
        return await _page(datasette, request, said, 403)

    return page


async def _page(datasette: Any, request: Any, message: str | None, status: int = 200) -> Response:
    return await render_page(
        datasette, request, "feedsette/sign_in.html", {"message": message}, status=status
    )
