"""Filters and orders of the lists, from the parameters of an address. Pure."""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

LONGEST_FILTER = 200  # characters


@dataclass(frozen=True)
class Sorted:
    """The order of a list: by which of the `keys`, and whether from the last of that to the first."""

    key: str
    falling: bool
    keys: tuple[str, ...]
    naturally_falling: frozenset[str] = frozenset()

    @property
    def reversed(self) -> bool:
        return self.falling != (self.key in self.naturally_falling)

    def asked(self, key: str) -> str | None:
        """What an address asks for to sort by a key; again by the present one, to turn it round. None: the default."""
        turned = key == self.key and not self.reversed
        return f"-{key}" if turned else key if key != self.keys[0] else None

    @property
    def present(self) -> str | None:
        """What an address asks for to have this order."""
        return f"-{self.key}" if self.reversed else self.key if self.key != self.keys[0] else None


def sorted_by(asked: str | None, keys: Sequence[str], falling: Collection[str]) -> Sorted:
    """The order that an address asks for; the first of the keys where there is no such. `falling` are those of which
    the greatest comes first, unless it is turned round: -entries."""
    name = (asked or "").removeprefix("-")
    key = name if name in keys else keys[0]
    turned = key == name and (asked or "").startswith("-")
    return Sorted(key, turned != (key in falling), tuple(keys), frozenset(falling))


def folded(text: str) -> str:
    """The text without upper case, accents and needless white space, in which a filter is looked for."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def filter_of(asked: str | None) -> str:
    """What a list is filtered by."""
    return " ".join((asked or "")[:LONGEST_FILTER].split())


def asked_page(asked: str | None) -> int:
    """The page that an address asks for; the first where that is no number."""
    return max(1, int(asked)) if asked and re.fullmatch("[0-9]{1,6}", asked) else 1


def list_address(path: str, named: str, order: Sorted) -> Callable[..., str]:
    """The address of a list as it is filtered and sorted, or with other parameters; None takes one away."""

    def address(**changes: str | int | None) -> str:
        asked = {"q": named or None, "sort": order.present, **changes}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return f"{path}?{query}" if query else path

    return address
