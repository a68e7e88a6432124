"""What every answer tells the browser: archived markup may not run, frame, restyle, submit or tell on its reader."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from datasette import hookimpl

Message = MutableMapping[str, Any]
App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]

# Datasette's own pages have small scripts in the page itself, so 'unsafe-inline' stands; what is archived holds none.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: https: http:",
        "media-src 'self' https: http:",
        "object-src 'none'",
        "frame-src 'none'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"SAMEORIGIN",
}


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    def wrap(app: App) -> App:
        async def with_headers(
            scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]
        ) -> None:
            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    given = {name.lower() for name, _ in message.get("headers", ())}
                    ours = [(name, value) for name, value in HEADERS.items() if name not in given]
                    message = {**message, "headers": [*message.get("headers", ()), *ours]}
                await send(message)

            await app(scope, receive, send_with_headers)

        return with_headers

    return wrap
