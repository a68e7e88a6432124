"""The names of an element's children, which the entries of a feed mostly have in common."""

from collections import defaultdict
from functools import lru_cache

Wanted = tuple[str, ...] | frozenset[str]


class Shape(dict[Wanted, tuple[int, ...]]):
    """By the names that are wanted, the places of the children that have one: found out once for all such elements.

    They are in the order of the names of a tuple, and in the document's order of a set of names.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names
        self.prefixes = frozenset(name.partition(":")[0] for name in names if ":" in name)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(names):
            self._by_name[name].append(place)

    def __missing__(self, wanted: Wanted) -> tuple[int, ...]:
        found = [place for name in wanted if name in self._by_name for place in self._by_name[name]]
        self[wanted] = places = tuple(found if isinstance(wanted, tuple) else sorted(found))
        return places


_SHORT = 100  # names


@lru_cache(maxsize=1000)
def _short_shape(names: tuple[str, ...]) -> Shape:
    return Shape(names)


def shape_of(names: tuple[str, ...]) -> Shape:
    """The shape of these names. That of an entry is kept for other documents, of which many have it too."""
    return _short_shape(names) if len(names) <= _SHORT else Shape(names)
