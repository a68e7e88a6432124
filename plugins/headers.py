"""Security headers of every answer, such as the Content-Security-Policy: archived markup can run no scripts.

Pages of other databases have none of ours in them, and keep the headers that they would have without us.
"""

from collections.abc import Callable
from typing import Any

from datasette import hookimpl

from ingest.web.access import plugin_settings, shows_pictures
from ingest.web.plugin.shown import is_our_page
from ingest.web.server.asgi import App, AsgiScope, Headers, Receive, Send, request_path, with_headers
from ingest.web.server.content_security_policy import policy

HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"SAMEORIGIN",
}
# Where a request notes that the page which answers it is one of ours.
_NOTES = "feedsette"


@hookimpl
def extra_template_vars(template: str | None, request: Any) -> dict[str, Any]:
    if (template or "").startswith("feedsette/") and request is not None and _NOTES in request.scope:
        request.scope[_NOTES]["ours"] = True
    return {}


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    pictures, widened = shows_pictures(datasette), plugin_settings(datasette).get("csp")
    policies = {ours: policy(ours, pictures, widened).encode() for ours in (False, True)}

    def change(scope: AsgiScope, headers: Headers) -> Headers:
        if not is_our_page(datasette, request_path(scope)):
            return headers
        given = {name.lower() for name, _ in headers}
        wanted = {**HEADERS, b"content-security-policy": policies[scope[_NOTES].get("ours", False)]}
        return [*headers, *((name, value) for name, value in wanted.items() if name not in given)]

    def wrap(app: App) -> App:
        answer = with_headers(app, change)

        async def noting(scope: AsgiScope, receive: Receive, send: Send) -> None:
            await answer({**scope, _NOTES: {}}, receive, send)

        return noting

    return wrap
