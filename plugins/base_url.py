"""Puts the setting base_url into redirects: Datasette leaves it out of those that remove a final slash, where a proxy
has stripped it from the request."""

from collections.abc import Callable
from typing import Any

from datasette import hookimpl

from ingest.web.server.asgi import App, AsgiScope, Headers, with_headers


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    base_url = str(datasette.setting("base_url"))

    def change(_: AsgiScope, headers: Headers) -> Headers:
        return [
            (name, below_base_url(base_url, value) if name.lower() == b"location" else value)
            for name, value in headers
        ]

    def wrap(app: App) -> App:
        has_path = base_url.startswith("/") and base_url != "/"
        return with_headers(app, change) if has_path else app

    return wrap


def below_base_url(base_url: str, location: bytes) -> bytes:
    """A Location header: a path of this site gets the base_url, where it lacks it; any other stays."""
    base = base_url.rstrip("/").encode()
    beneath = location == base or location.startswith((base + b"/", base + b"?"))
    is_path = location.startswith(b"/") and not location.startswith(b"//")
    return base + location if is_path and not beneath else location
