"""What every answer tells the browser: archived markup may not run, frame, restyle, submit or tell on its reader."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from datasette import hookimpl

Message = MutableMapping[str, Any]
App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]

_SHARED = (
    "img-src 'self' data: https: http:",
    "media-src 'self' https: http:",
    "object-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'self'",
)
# Datasette's own pages have small scripts in the page itself, so 'unsafe-inline' stands; what is archived holds none.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        *_SHARED,
    )
)
# Ours have none.
STRICT = "; ".join(
    ("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", *_SHARED)
)
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"SAMEORIGIN",
}
# Where a request notes that the page which answers it is one of ours.
_NOTES = "feedsette"


@hookimpl
def extra_template_vars(template: str | None, request: Any) -> dict[str, Any]:
    if (template or "").startswith("feedsette/") and request is not None and _NOTES in request.scope:
        request.scope[_NOTES]["policy"] = STRICT
    return {}


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    def wrap(app: App) -> App:
        async def with_headers(
            scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]
        ) -> None:
            notes: dict[str, str] = {}

            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    given = {name.lower() for name, _ in message.get("headers", ())}
                    wanted = {**HEADERS, b"content-security-policy": notes.get("policy", POLICY).encode()}
                    ours = [(name, value) for name, value in wanted.items() if name not in given]
                    message = {**message, "headers": [*message.get("headers", ()), *ours]}
                await send(message)

            await app({**scope, _NOTES: notes}, receive, send_with_headers)

        return with_headers

    return wrap
