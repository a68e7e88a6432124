"""What each hook answers where no archive is served, and on the pages of other databases: as if we were not there."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from ingest.web.plugin.outdated import needs_schema
from ingest.web.plugin.routes import ArchiveRoute
from ingest.web.plugin.shown import (
    is_known_archive,
    is_our_page,
    is_to_archive,
    look_for_archives,
    our_page,
    shows_archive,
)
from ingest.web.server.asgi import App, AsgiScope, Receive, Send, request_path

_Hook = Callable[..., Any]
_LOOKED = "feedsette looked"  # where a request notes that its databases were looked at
_EMPTY: dict[str, Any] = {"extra_template_vars": {}, "extra_css_urls": [], "extra_js_urls": []}
# Files whose routes read no table that an older archive may lack.
_WITHOUT_TABLES = ("login", "sign_in", "static_files", "former_addresses")
# Hooks that decide for themselves, or know no Datasette.
_OPEN = ("prepare_jinja2_environment", "register_facet_classes", "jinja2_environment_from_request")


def gated(spec: str, file: str, hook: _Hook) -> _Hook:
    """The hook of a file of plugins/, called for nothing but what it is for. `spec` is Datasette's name of the hook."""
    if spec in _OPEN or inspect.isgeneratorfunction(hook):  # a wrapper around the hooks of others
        return hook
    if spec == "asgi_wrapper":
        return _where(hook, _always, lambda given, answer: _for_archives(given["datasette"], answer))
    if spec == "register_routes":
        return _where(hook, _always, lambda given, routes: _routes(given["datasette"], file, routes))
    if spec == "prepare_connection":
        return _where(hook, lambda given: is_to_archive(given["conn"]), conn=True)
    if spec == "render_cell":
        known = lambda given: is_known_archive(given["datasette"], given["database"])
        return _where(hook, known, database=True)
    if spec in ("startup", "skip_csrf"):
        return _where(hook, lambda given: shows_archive(given["datasette"]))
    return _where(hook, _is_on_our_page, otherwise=_EMPTY.get(spec), request=True)


def _where(
    hook: _Hook,
    applies: Callable[[dict[str, Any]], bool],
    change: Callable[[dict[str, Any], Any], Any] | None = None,
    otherwise: Any = None,
    **needed: bool,
) -> _Hook:
    """The hook, where the arguments say that it applies. Datasette and those `needed` are asked for besides its own."""
    own = inspect.signature(hook).parameters
    names = tuple(dict.fromkeys((*own, "datasette", *needed)))

    def called(*values: Any) -> Any:
        given = dict(zip(names, values, strict=True))
        if not applies(given):
            return otherwise
        answer = hook(**{name: given[name] for name in own})
        return change(given, answer) if change else answer

    arguments = ", ".join(names)  # pluggy reads them from the code of a function, so there must be such code
    function: _Hook = eval(f"lambda {arguments}: called({arguments})", {"called": called})
    return function


def _always(_: dict[str, Any]) -> bool:
    return True


def _is_on_our_page(given: dict[str, Any]) -> bool:
    request = given["request"]
    if request is None:
        return shows_archive(given["datasette"])
    return is_our_page(given["datasette"], request.path)


def _routes(datasette: Any, file: str, routes: Any) -> list[tuple[ArchiveRoute, Callable[..., Any]]]:
    plain = file in _WITHOUT_TABLES
    return [
        (ArchiveRoute(datasette, pattern), view if plain else needs_schema(view)) for pattern, view in routes
    ]


def _for_archives(datasette: Any, wrap: Callable[[App], App]) -> Callable[[App], App]:
    """The wrapper for instances that serve an archive; others are answered as without it."""

    def wrapped(app: App) -> App:
        ours = wrap(app)

        async def chosen(scope: AsgiScope, receive: Receive, send: Send) -> None:
            await (ours if shows_archive(datasette) else app)(scope, receive, send)

        async def looking(scope: AsgiScope, receive: Receive, send: Send) -> None:
            if scope.get(_LOOKED):
                await chosen(scope, receive, send)
            else:  # the outermost wrapper
                await _looked(datasette, chosen, scope, receive, send)

        return looking

    return wrapped


async def _looked(
    datasette: Any,
    chosen: Callable[[AsgiScope, Receive, Send], Awaitable[None]],
    scope: AsgiScope,
    receive: Receive,
    send: Send,
) -> None:
    if not shows_archive(datasette):
        await look_for_archives(datasette)
    ours = scope["type"] == "http" and is_our_page(datasette, request_path(scope))
    token = our_page.set(ours)
    try:
        await chosen({**scope, _LOOKED: True}, receive, send)
    finally:
        our_page.reset(token)
