"""Adds HttpOnly, SameSite=Lax and, over TLS, Secure to the cookie by which somebody is signed in. Datasette and its
plugins set it without these."""

from collections.abc import Callable
from typing import Any

from datasette import hookimpl

from ingest.web.server.asgi import App, AsgiScope, Headers, with_headers

_NAME = "ds_actor"


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    always = bool(datasette.setting("force_https_urls"))

    def change(scope: AsgiScope, headers: Headers) -> Headers:
        secure = always or scope.get("scheme") == "https"
        return [
            (name, with_cookie_flags(value, secure) if name.lower() == b"set-cookie" else value)
            for name, value in headers
        ]

    return lambda app: with_headers(app, change)


def with_cookie_flags(cookie: bytes, secure: bool) -> bytes:
    """A Set-Cookie header with the attributes that it lacks, where it is of that cookie."""
    if cookie.partition(b"=")[0].strip().decode("latin-1") != _NAME:
        return cookie
    given = {part.partition(b"=")[0].strip().lower() for part in cookie.split(b";")[1:]}
    wanted = [b"HttpOnly", b"SameSite=Lax", *([b"Secure"] if secure else [])]
    return b"; ".join([cookie, *(part for part in wanted if part.partition(b"=")[0].lower() not in given)])
