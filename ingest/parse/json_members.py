"""The members of a JSON object of any form, and which of them were used: what was not is kept beside. Pure."""

import math
from collections.abc import Iterator
from typing import Any

from ingest.base.models import Extra
from ingest.base.urls import may_be_kept

_NOTHING: tuple[Any, ...] = (None, "", [], {})


class Members:
    """The members of a JSON object. Each is type-checked; one that is of use is taken."""

    def __init__(self, of: dict[str, Any]) -> None:
        self.of = of
        self._taken: set[str] = set()
        self._rest: dict[str, Any] = {}

    def take(self, *names: str) -> None:
        self._taken.update(names)

    def text(self, name: str) -> str | None:
        """A string; also of a number, as which some publishers write ids."""
        value = self.of.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            return None
        self.take(name)
        return value.strip() or None

    def address(self, name: str, web: bool = False) -> str | None:
        """An address, with `web` one of the web; one that no column keeps is not taken."""
        was_taken = name in self._taken
        value = self.text(name)
        if value is None or may_be_kept(value, web):
            return value
        if not was_taken:
            self._taken.discard(name)
        return None

    def number(self, name: str) -> float | None:
        """A number above zero, which may be written as a string."""
        value = self.of.get(name)
        try:
            number = math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            return None
        if not 0 < number < 2**53:
            return None
        self.take(name)
        return number

    def list(self, name: str) -> list[Any]:
        """A list, or one that was left out around its only value."""
        value = self.of.get(name)
        if value in _NOTHING:
            return []
        self.take(name)
        return value if isinstance(value, list) else [value]

    def keep(self, name: str, value: Any) -> None:
        """Keep a part of a member that was taken."""
        if value not in _NOTHING:
            self._rest[name] = value

    def rest(self) -> tuple[Extra, ...]:
        """What was not taken and says something, in order."""
        return tuple(self._left())

    def _left(self) -> Iterator[Extra]:
        for name, value in self.of.items():
            if name in self._rest:
                yield {name: self._rest[name]}
            elif name not in self._taken and value not in _NOTHING:
                yield {name: value}
