"""/-/login instead of datasette-auth-passwords' own page: with a rate limit of sign-in attempts."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from datasette import NotFound, Response, hookimpl

from ingest.web.owner.way_back import way_back
from ingest.web.render import RETRY_SECONDS, render_page, unavailable
from ingest.web.server.login_throttle import TooManyAttempts
from ingest.web.server.passwords import accounts, auth_settings, authenticate


@hookimpl(tryfirst=True)  # before those of that plugin
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    if find_spec("datasette_auth_passwords") is None:
        return []
    return [("^/-/login$", login), ("^/-/password-tool$", password_tool)]


async def login(datasette: Any, request: Any) -> Response:
    if not accounts(auth_settings(datasette)):
        return await _page(datasette, request, "This instance does not have any configured accounts")
    if request.method != "POST":
        return await _page(datasette, request, None, way_back(request.args.get("next")))
    name, password, way = await _credentials(request)
    try:
        actor = await authenticate(datasette, request.scope, name, password)
    except TooManyAttempts:
        why = f"Too many are trying to sign in just now. Try again in {RETRY_SECONDS} seconds."
        return await unavailable(datasette, request, why)
    if actor is None:
        return await _page(datasette, request, "Invalid username or password", way)
    response = Response.redirect(datasette.urls.path(way or "/"))
    response.set_cookie("ds_actor", datasette.sign({"a": actor}, "actor"))
    return response


async def _credentials(request: Any) -> tuple[str, str, str | None]:
    """The name and password that were typed, and the way to go on where they are right."""
    try:
        form = await request.post_vars()
    except UnicodeDecodeError:  # no form of ours
        return "", "", None
    return form.get("username") or "", form.get("password") or "", way_back(form.get("next"))


async def _page(datasette: Any, request: Any, error: str | None, way: str | None = None) -> Response:
    headers = {"cache-control": "no-store"}
    values = {"error": error, "way": way}
    return await render_page(datasette, request, "password_login.html", values, headers=headers)


async def password_tool(request: Any) -> Response:
    """That plugin's page would compute hashes for anybody. `datasette hash-password` does it for the owner."""
    raise NotFound("There is no such page.")
