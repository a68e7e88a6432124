"""Security headers of every answer, such as the Content-Security-Policy: archived markup can run no scripts."""

from collections.abc import Callable
from typing import Any

from datasette import hookimpl

from ingest.web.access import shows_pictures
from ingest.web.server.asgi import App, AsgiScope, Headers, Receive, Send, with_headers

_SHARED = (
    "media-src 'self' https: http:",
    "object-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'self'",
)
# Datasette's own pages have inline scripts, hence 'unsafe-inline'; archived markup is sanitised and has none.
_THEIRS = ("default-src 'self'", "script-src 'self' 'unsafe-inline'", "style-src 'self' 'unsafe-inline'")
# Our pages have no inline scripts or styles.
_OURS = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'")


def policy(ours: bool, pictures: bool) -> str:
    """The Content-Security-Policy of a page of ours or of Datasette's, with pictures from other sites or without."""
    images = "img-src 'self' data: https: http:" if pictures else "img-src 'self' data:"
    return "; ".join((*(_OURS if ours else _THEIRS), images, *_SHARED))


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
    pictures = shows_pictures(datasette)

    def change(scope: AsgiScope, headers: Headers) -> Headers:
        given = {name.lower() for name, _ in headers}
        content = policy(scope[_NOTES].get("ours", False), pictures).encode()
        wanted = {**HEADERS, b"content-security-policy": content}
        return [*headers, *((name, value) for name, value in wanted.items() if name not in given)]

    def wrap(app: App) -> App:
        answer = with_headers(app, change)

        async def noting(scope: AsgiScope, receive: Receive, send: Send) -> None:
            await answer({**scope, _NOTES: {}}, receive, send)

        return noting

    return wrap
