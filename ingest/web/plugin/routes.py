"""Addresses of ours, which are there while an archive is served."""

import re
from typing import Any
from weakref import WeakKeyDictionary

from ingest.web.access import is_known

# Of the routes of each Datasette. 1.0 makes them anew for each request of its own.
_patterns: WeakKeyDictionary[Any, set[re.Pattern[str]]] = WeakKeyDictionary()


def shows_archive(datasette: Any) -> bool:
    """Whether one of the databases was found to be an archive."""
    return any(map(is_known, datasette.databases.values()))


class ArchiveRoute:
    """What Datasette takes for the compiled pattern of a route. `pattern` may be such a thing itself."""

    def __init__(self, datasette: Any, pattern: Any) -> None:
        self._datasette = datasette
        self._pattern = re.compile(pattern) if isinstance(pattern, str) else pattern
        self.pattern = self._pattern.pattern  # as a compiled one has it
        if isinstance(self._pattern, re.Pattern):
            _patterns.setdefault(datasette, set()).add(self._pattern)

    def match(self, path: str) -> Any:
        return self._pattern.match(path) if shows_archive(self._datasette) else None


def has_route(datasette: Any, path: str) -> bool:
    """Whether there is a page of ours at a path."""
    return any(pattern.match(path) for pattern in _patterns.get(datasette, ()))
