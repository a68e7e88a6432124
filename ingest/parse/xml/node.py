"""An element as the tables speak of it: children and attributes by their standard names, and what of it was taken."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from lxml import etree

from ingest.parse.xml.tree.names import CASED_ATTRIBUTES, Names, Places

_TEXT = "#"
_NONE: list["Node"] = []
_NO_ATTRIBUTES: Mapping[str, str] = {}


class Node:
    """An element of a document.

    `get` and `text` take what they return: it then has a place, and stays out of `extra`, which has all the rest of the
    element. `peek` and `words` look at it alone. A child is in the document's order, and of this element itself.
    """

    _words: str | None = None
    _attributes: Mapping[str, str] | None = None
    _children: list["Node"] | None = None
    _places: Places | None = None
    _taken: set[str] | None = None

    def __init__(self, element: etree._Element, names: Names, parent: "Node | None" = None) -> None:
        self.element = element
        self.names = names
        self.parent = parent
        tag = element.tag
        self.name = names.elements.get(tag) or names.element(tag, element.prefix)

    @property
    def children(self) -> list["Node"]:
        if self._children is None:
            names = self.names
            # Entities that nobody declared are nodes whose tag is no text.
            self._children = [
                Node(child, names, self) for child in self.element if isinstance(child.tag, str)
            ]
        return self._children

    def all(self, *names: str) -> list["Node"]:
        """The children of these names, by the order of the names."""
        return self._found(names)

    def among(self, names: frozenset[str]) -> list["Node"]:
        """The children of these names, in the document's order."""
        return self._found(names)

    def _found(self, names: tuple[str, ...] | frozenset[str]) -> list["Node"]:
        children = self.children
        known = self._places
        if known is None:
            # The entries of a feed mostly have the same elements: where a name stands is found out once for all.
            shape = tuple([child.name for child in children])
            known = self._places = self.names.places.setdefault(shape, {})
        places = known.get(names)
        if places is None:
            places = known[names] = _places_of(names, children)
        return [children[place] for place in places] if places else _NONE

    def within(self, names: Sequence[str], through: Sequence[str]) -> Iterator["Node"]:
        """Elements of these names, in the document's order, here or within elements named in `through`."""
        for child in self.children:
            if child.name in names:
                yield child
            if child.name in through:
                yield from child.within(names, through)

    def words(self) -> str:
        """The text, without what is around it; of elements in it as well."""
        if self._words is None:
            element = self.element
            text = element.text if not len(element) else "".join(map(str, element.itertext()))
            self._words = text.strip() if text else ""
        return self._words

    def text(self) -> str:
        """The text, as `words`, which is then taken. What elements in it have in attributes is not."""
        element = self.element
        if not len(element) or not any(inner.attrib for inner in element.iterdescendants()):
            self.take(_TEXT)
        return self.words()

    def peek(self, attribute: str) -> str:
        """The value of an attribute without white space around it, "" where it has none."""
        return self.attributes.get(attribute, "").strip()

    def get(self, attribute: str) -> str:
        """The value, as `peek`, which is then taken."""
        value = self.peek(attribute)
        if value:
            self.take(attribute)
        return value

    @property
    def attributes(self) -> Mapping[str, str]:
        """The values of all attributes by name."""
        if self._attributes is None:
            items = cast("list[tuple[str, str]]", self.element.items())
            named = {self._named(key): value for key, value in items} if items else _NO_ATTRIBUTES
            self._attributes = named if len(named) == len(items) else self._told_apart(items)
        return self._attributes

    def _told_apart(self, items: list[tuple[str, str]]) -> Mapping[str, str]:
        """The values of attributes of the same name, such as a and f:a of <f:e>: those in no namespace have it."""
        found: dict[str, str] = {}
        for key, value in sorted(items, key=lambda item: item[0].startswith("{")):
            name = self._named(key)
            found[key if name in found else name] = value
        return found

    def _named(self, key: str) -> str:
        if key[0] != "{":
            return CASED_ATTRIBUTES.get(key) or (
                key if key.islower() else self.names.attribute(key, self.name)
            )
        return self.names.attribute(key, self.name, self.element)

    def take(self, *what: str) -> None:
        """Mark attributes, or "#", all that is between its tags, as taken."""
        if self._taken is None:
            self._taken = set()
        self._taken.update(what)

    def forget(self) -> None:
        """Let go of the children, so that their texts need no memory any more."""
        self._children = None

    def drop(self) -> None:
        """Mark all of the element as taken."""
        self.take(_TEXT, *self.attributes)

    def is_taken(self, what: str = _TEXT) -> bool:
        return self._taken is not None and what in self._taken

    @property
    def is_touched(self) -> bool:
        return self._taken is not None


def _places_of(names: tuple[str, ...] | frozenset[str], children: list[Node]) -> tuple[int, ...]:
    order = {name: number if isinstance(names, tuple) else 0 for number, name in enumerate(names)}
    found = [(order[child.name], place) for place, child in enumerate(children) if child.name in order]
    return tuple(place for _, place in sorted(found))


def first_text(nodes: Sequence[Node]) -> str:
    """The first text of these that is not empty; those that say the same, or nothing, are taken as well."""
    found = ""
    for node in nodes:
        words = node.words()
        if not words or words == found:
            node.text()
        elif not found:
            found = node.text()
    return found
