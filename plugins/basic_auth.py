"""HTTP Basic authentication (RFC 7617), by which passwords can be guessed on any page.

It is refused; passwords are for /-/login. Where the setting http_basic_auth of datasette-auth-passwords is true it is
accepted, under the same rate limit as there.
"""

import base64
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from datasette import Response, hookimpl

from ingest.web.render import retry_headers
from ingest.web.server.asgi import App, AsgiScope, Receive, Send, header_values
from ingest.web.server.login_throttle import TooManyAttempts
from ingest.web.server.passwords import accounts, auth_settings, authenticate, fingerprint

_MOST_CACHED = 100  # credentials that were verified
_verified: WeakKeyDictionary[Any, set[bytes]] = WeakKeyDictionary()  # their fingerprints, of each Datasette
_HEADERS = {"x-content-type-options": "nosniff", "cache-control": "no-store"}
_REFUSED = (
    "Passwords are not taken from the header Authorization. Sign in at /-/login instead. A proxy that asks for a "
    'password of its own must not hand that header on; for nginx: proxy_set_header Authorization "";\n'
)


# Around the wrapper of datasette-auth-passwords, which verifies every password in the event loop's thread.
@hookimpl(trylast=True)
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    verified = _verified.setdefault(datasette, set())

    def wrap(app: App) -> App:
        async def with_verified(scope: AsgiScope, receive: Receive, send: Send) -> None:
            given = _basic(scope) if scope["type"] == "http" else []
            configured = auth_settings(datasette) if given else {}
            if not given:
                await app(scope, receive, send)
            elif not accounts(configured):
                await app(_with(scope, None), receive, send)
            elif not configured.get("http_basic_auth"):
                await Response.text(_REFUSED, status=403, headers=_HEADERS).asgi_send(send)
            elif refusal := await _judge(datasette, scope, given[-1], verified):
                await refusal.asgi_send(send)
            else:
                await app(_with(scope, given[-1]), receive, send)

        return with_verified

    return wrap


def _basic(scope: AsgiScope) -> list[str]:
    """The credentials of each header Authorization of the scheme Basic, still in base64."""
    headers = (value.partition(" ") for value in header_values(scope, b"authorization"))
    return [rest.strip() for scheme, _, rest in headers if scheme.lower() == "basic"]


def _with(scope: AsgiScope, credentials: str | None) -> AsgiScope:
    """The request with these credentials alone; with no header Authorization where they are None."""
    kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"authorization"]
    if credentials is not None:
        kept.append((b"authorization", b"Basic " + credentials.encode("latin-1")))
    return {**scope, "headers": kept}


async def _judge(datasette: Any, scope: AsgiScope, credentials: str, verified: set[bytes]) -> Response | None:
    """The refusal of these credentials; None where they are right. Right ones are cached."""
    known = fingerprint(accounts(auth_settings(datasette)), credentials)
    if known in verified:
        return None
    name, password = _name_and_password(credentials)
    try:
        actor = await authenticate(datasette, scope, name, password)
    except TooManyAttempts:
        why = "Too many are trying to sign in just now. Try again soon.\n"
        return Response.text(why, 503, {**_HEADERS, **retry_headers()})
    if actor is None:
        asked = {**_HEADERS, "www-authenticate": 'Basic realm="Datasette", charset="UTF-8"'}
        return Response.text("The name or the password is wrong.\n", 401, asked)
    if len(verified) >= _MOST_CACHED:
        verified.clear()
    verified.add(known)
    return None


def _name_and_password(credentials: str) -> Sequence[str]:
    """As datasette-auth-passwords reads them, which is in ASCII. Empty where it cannot."""
    try:
        name, _, password = base64.b64decode(credentials).decode("ascii").partition(":")
    except ValueError:
        return "", ""
    return name, password
