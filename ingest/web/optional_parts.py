"""Parts that a page can be shown without, such as counts: one that times out is left out, and the page says so."""

from collections.abc import Callable
from typing import Any, TypeVar

from ingest.web.cache import run_cached_query
from ingest.web.run_query import run_query_or_none

OPTIONAL_MS = 1500
# What the pages of feeds, authors and tags call their counts.
COUNTS = "how many there are by time, and whose, about what and with links to where they are"

_Value = TypeVar("_Value")


class OptionalParts:
    """The optional parts of one page. `left_out` names, for the user, those that took too long."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.left_out: list[str] = []

    async def run(
        self, called: str, load: Callable[..., _Value], *arguments: Any, limit_ms: int = OPTIONAL_MS
    ) -> _Value | None:
        """What run_query returns; None where it takes too long."""
        return self._noted(called, await run_query_or_none(self._database, limit_ms, load, *arguments))

    async def run_cached(self, called: str, load: Callable[..., _Value], *arguments: Any) -> _Value | None:
        """What run_cached_query returns, for what is slow; None where it takes too long."""
        return self._noted(called, await run_cached_query(self._database, load, *arguments))

    def _noted(self, called: str, value: _Value | None) -> _Value | None:
        if value is None:
            self.left_out.append(called)
        return value
