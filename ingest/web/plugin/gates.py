"""What each hook answers where no archive is served, and on the pages of other databases: as if we were not there."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from ingest.web import compat
from ingest.web.plugin.outdated import needs_schema
from ingest.web.plugin.routes import ArchiveRoute, shows_archive
from ingest.web.plugin.shown import (
    is_known_archive,
    is_our_page,
    is_to_archive,
    look_for_archives,
    our_page,
)
from ingest.web.server.asgi import App, AsgiScope, Receive, Send, request_path

_Hook = Callable[..., Any]
_Given = dict[str, Any]  # the arguments of a hook, by name
_Applies = Callable[[_Given], bool]
_LOOKED = "feedsette looked"  # where a request notes that its databases were looked at
# Files whose routes read no table that an older archive may lack.
_WITHOUT_TABLES = ("login", "sign_in", "static_files", "former_addresses")
# Hooks that decide for themselves, or are told of no Datasette.
_OPEN = ("prepare_jinja2_environment", "register_facet_classes", "jinja2_environment_from_request")


def _shows_archive(given: _Given) -> bool:
    return shows_archive(given["datasette"])


def _is_to_archive(given: _Given) -> bool:
    return is_to_archive(given["conn"])


def _is_in_archive(given: _Given) -> bool:
    return is_known_archive(given["datasette"], given["database"])


def _is_on_our_page(given: _Given) -> bool:
    request = given["request"]
    return _shows_archive(given) if request is None else is_our_page(given["datasette"], request.path)


# Of each hook: when it is called, by its arguments, which of these are needed for that, and what it answers otherwise.
_GATES: dict[str, tuple[_Applies, tuple[str, ...], Any]] = {
    "startup": (_shows_archive, (), None),
    "skip_csrf": (_shows_archive, (), None),
    "prepare_connection": (_is_to_archive, ("conn",), None),
    "render_cell": (_is_in_archive, ("database",), None),
    "extra_template_vars": (_is_on_our_page, ("request",), {}),
    "extra_css_urls": (_is_on_our_page, ("request",), []),
    "extra_js_urls": (_is_on_our_page, ("request",), []),
}
_OTHERS: tuple[_Applies, tuple[str, ...], Any] = (_is_on_our_page, ("request",), None)


def gated(spec: str, file: str, hook: _Hook) -> _Hook:
    """The hook of a file of plugins/, called for nothing but what it is for. `spec` is Datasette's name of the hook."""
    if spec in _OPEN or inspect.isgeneratorfunction(hook):  # a wrapper around the hooks of others
        return hook
    if spec == "asgi_wrapper":
        return _changed(hook, _for_archives)
    if spec == "register_routes":
        return _changed(hook, lambda datasette, routes: _routes(datasette, file, routes))
    return _where(hook, *_GATES.get(spec, _OTHERS))


def _where(hook: _Hook, applies: _Applies, needed: tuple[str, ...], otherwise: Any) -> _Hook:
    own = inspect.signature(hook).parameters

    def called(given: _Given) -> Any:
        return hook(**{name: given[name] for name in own}) if applies(given) else otherwise

    return _with_arguments((*own, "datasette", *needed), called)


def _changed(hook: _Hook, change: Callable[[Any, Any], Any]) -> _Hook:
    own = inspect.signature(hook).parameters

    def called(given: _Given) -> Any:
        return change(given["datasette"], hook(**{name: given[name] for name in own}))

    return _with_arguments((*own, "datasette"), called)


def _with_arguments(names: tuple[str, ...], called: Callable[[_Given], Any]) -> _Hook:
    """A function with these arguments, by name. Pluggy reads them from its code, so there must be such code."""
    arguments = ", ".join(dict.fromkeys(names))
    function: _Hook = eval(f"lambda {arguments}: called(locals())", {"called": called})
    return function


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
    if await look_for_archives(datasette):  # since Datasette started
        await compat.know_tables(datasette)
    ours = scope["type"] == "http" and is_our_page(datasette, request_path(scope))
    token = our_page.set(ours)
    try:
        await chosen({**scope, _LOOKED: True}, receive, send)
    finally:
        our_page.reset(token)
