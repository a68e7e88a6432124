"""What every answer tells the browser: archived markup may not run, frame, restyle, submit or tell on its reader."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from datasette import hookimpl

from ingest.web import shows_pictures

Message = MutableMapping[str, Any]
App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]

_SHARED = (
    "media-src 'self' https: http:",
    "object-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'self'",
)
# Datasette's own pages have small scripts in the page itself, so 'unsafe-inline' stands; what is archived holds none.
_THEIRS = ("default-src 'self'", "script-src 'self' 'unsafe-inline'", "style-src 'self' 'unsafe-inline'")
# Ours have none.
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

    def wrap(app: App) -> App:
        async def with_headers(
            scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]
        ) -> None:
            notes: dict[str, bool] = {}

            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    given = {name.lower() for name, _ in message.get("headers", ())}
                    content = policy(notes.get("ours", False), pictures).encode()
                    wanted = {**HEADERS, b"content-security-policy": content}
                    ours = [(name, value) for name, value in wanted.items() if name not in given]
                    message = {**message, "headers": [*message.get("headers", ()), *ours]}
                await send(message)

            await app({**scope, _NOTES: notes}, receive, send_with_headers)

        return with_headers

    return wrap
