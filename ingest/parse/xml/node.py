"""An element as the tables speak of it: children and attributes by their standard names, and what of it was taken."""

from collections.abc import Iterator, Sequence
from typing import cast

from lxml import etree

from ingest.parse.xml.tree.names import Names

_TEXT = "#"
_NONE: list["Node"] = []


class Node:
    """An element of a document.

    `get` and `text` take what they return: it then has a place, and stays out of `extra`, which has all the rest of the
    element. `peek` and `words` look at it alone. A child is in the document's order, and of this element itself.
    """

    __slots__ = ("_by_name", "_children", "_taken", "element", "name", "names", "parent")

    def __init__(self, element: etree._Element, names: Names, parent: "Node | None" = None) -> None:
        self.element = element
        self.names = names
        self.parent = parent
        self.name = names.element(element.tag, element.prefix)
        self._children: list[Node] | None = None
        self._by_name: dict[str, list[Node]] | None = None
        self._taken: set[str] | None = None

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
        if self._by_name is None:
            self._by_name = {}
            for child in self.children:
                self._by_name.setdefault(child.name, []).append(child)
        if len(names) == 1:
            return self._by_name.get(names[0], _NONE)
        return [child for name in names for child in self._by_name.get(name, _NONE)]

    def within(self, names: Sequence[str], through: Sequence[str]) -> Iterator["Node"]:
        """Elements of these names, in the document's order, here or within elements named in `through`."""
        for child in self.children:
            if child.name in names:
                yield child
            if child.name in through:
                yield from child.within(names, through)

    def words(self) -> str:
        """The text, without what is around it; of elements in it as well."""
        element = self.element
        text = element.text if not len(element) else "".join(map(str, element.itertext()))
        return text.strip() if text else ""

    def text(self) -> str:
        """The text, as `words`, which is then taken. What elements in it have in attributes is not."""
        element = self.element
        if not len(element) or not any(inner.attrib for inner in element.iterdescendants()):
            self.take(_TEXT)
        return self.words()

    def peek(self, attribute: str) -> str:
        """The value of an attribute without white space around it, "" where it has none."""
        value = self.element.get(attribute)
        if value is None:
            value = next((value for name, value in self.attributes() if name == attribute), "")
        return value.strip()

    def get(self, attribute: str) -> str:
        """The value, as `peek`, which is then taken."""
        value = self.peek(attribute)
        if value:
            self.take(attribute)
        return value

    def attributes(self) -> list[tuple[str, str]]:
        """All attributes by name."""
        element = self.element
        return [
            (key if key[0] != "{" and key.islower() else self._attribute_name(key), value)
            for key, value in cast(list[tuple[str, str]], element.items())
        ]

    def _attribute_name(self, key: str) -> str:
        declared = None
        if key[0] == "{" and (namespace := key[1:].partition("}")[0]) in self.element.nsmap.values():
            declared = next(
                (prefix for prefix, uri in self.element.nsmap.items() if uri == namespace and prefix), None
            )
        return self.names.attribute(key, self.name, declared)

    def take(self, *what: str) -> None:
        """Mark attributes, or "#", all that is between its tags, as taken."""
        if self._taken is None:
            self._taken = set()
        self._taken.update(what)

    def drop(self) -> None:
        """Mark all of the element as taken."""
        self.take(_TEXT, *(name for name, _ in self.attributes()))

    def is_taken(self, what: str = _TEXT) -> bool:
        return self._taken is not None and what in self._taken

    @property
    def is_touched(self) -> bool:
        return self._taken is not None


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
