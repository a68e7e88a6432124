"""Refuses requests with an unknown Host header (DNS rebinding, see ingest.web.server.host_header).

The setting `hosts` of this plugin, which `feedsette serve` sets, is the allowlist. Without it, or with "*" in it, any
host is answered.
"""

from collections.abc import Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.base.printable import printable
from ingest.web.access import plugin_settings
from ingest.web.server.asgi import App, AsgiScope, Receive, Send, header_values
from ingest.web.server.host_header import ANY, normalise_host, refused_host

_SHOWN = 100  # characters of a name that was refused


# The outermost wrapper: a refused request reaches no page.
@hookimpl(trylast=True)
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    named = plugin_settings(datasette).get("hosts")
    hosts = None if named is None or ANY in named else {normalise_host(str(name)) for name in named}

    def wrap(app: App) -> App:
        if hosts is None:
            return app

        async def checked(scope: AsgiScope, receive: Receive, send: Send) -> None:
            http = scope["type"] == "http"
            refused = refused_host(header_values(scope, b"host"), hosts) if http else None
            if refused is None:
                await app(scope, receive, send)
            else:
                await refusal(refused).asgi_send(send)

        return checked

    return wrap


def refusal(host: str) -> Response:
    return Response.text(
        f"This server does not answer to the name “{printable(host[:_SHOWN])}”. If that is a name of yours that leads "
        "here, start it with --allow-host and that name, without a port:\n\n"
        "    feedsette serve archive.db --allow-host NAME\n",
        status=403,
        headers={"x-content-type-options": "nosniff", "cache-control": "no-store"},
    )
