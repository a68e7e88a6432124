"""What our wrappers around Datasette share: the types of ASGI (its HTTP specification), and headers."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

AsgiScope = MutableMapping[str, Any]  # a request, but for its body
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[AsgiScope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


def header_values(scope: AsgiScope, name: bytes) -> list[str]:
    """All headers of that name, which is in lower case."""
    return [value.decode("latin-1") for given, value in scope.get("headers") or () if given.lower() == name]


def request_path(scope: AsgiScope) -> str:
    """The path as Datasette's routes see it: what was escaped still is."""
    raw: bytes | None = scope.get("raw_path")
    return raw.decode("latin-1").partition("?")[0] if raw else str(scope["path"])


def with_headers(app: App, change: Callable[[AsgiScope, Headers], Headers]) -> App:
    """`app`, but each of its answers has the headers that `change` makes of a request and the answer's own."""

    async def changed(scope: AsgiScope, receive: Receive, send: Send) -> None:
        async def send_changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": change(scope, [*message.get("headers", ())])}
            await send(message)

        await app(scope, receive, send_changed)

    return changed
