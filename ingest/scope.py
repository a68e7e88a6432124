"""What our wrappers around Datasette ask of a request (an ASGI scope)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Scope = Mapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


def header_values(scope: Scope, name: bytes) -> list[str]:
    """All headers of that name, which is in lower case."""
    return [value.decode("latin-1") for given, value in scope.get("headers") or () if given.lower() == name]
