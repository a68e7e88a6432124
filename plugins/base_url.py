"""Redirects under the setting base_url: Datasette leaves it out of one to an address without its final slash, where a
proxy has taken it away from what was asked for."""

from collections.abc import Callable
from typing import Any

from datasette import hookimpl

from ingest.scope import App, Scope


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    base_url = str(datasette.setting("base_url"))

    def wrap(app: App) -> App:
        if not base_url.startswith("/") or base_url == "/":
            return app

        async def with_base(scope: Scope, receive: Any, send: Any) -> None:
            async def send_with_base(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    headers = [
                        (name, under(base_url, value) if name.lower() == b"location" else value)
                        for name, value in message.get("headers", ())
                    ]
                    message = {**message, "headers": headers}
                await send(message)

            await app(scope, receive, send_with_base)

        return with_base

    return wrap


def under(base_url: str, location: bytes) -> bytes:
    """A Location that is a path of this site, beneath base_url; any other as it is."""
    base = base_url.rstrip("/").encode()
    beneath = location == base or location.startswith((base + b"/", base + b"?"))
    is_path = location.startswith(b"/") and not location.startswith(b"//")
    return base + location if is_path and not beneath else location
