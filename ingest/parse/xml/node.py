"""An element as the tables speak of it: children and attributes by their standard names, and what of it was taken."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from lxml import etree

from ingest.parse.xml.tree.names import Names, is_element
from ingest.parse.xml.tree.shape import Shape, Wanted

_TEXT = "#"
_NONE: list["Node"] = []
# Those that most elements have.
_ATTRIBUTES = {
    name: name for name in "href rel type url length domain term scheme label text width height".split()
}
_NO_ATTRIBUTES: Mapping[str, str] = {}
_TEXT_ALONE = frozenset({_TEXT})
_NOTHING: frozenset[str] = frozenset()


class Node:
    """An element of a document.

    `get` and `text` take what they return: it then has a place, and stays out of `extra`, which has all the rest of the
    element. `peek` and `words` look at it alone. A child is in the document's order, and of this element itself.
    """

    # So many nodes are made that slots pay.
    __slots__ = (
        "_attributes",
        "_children",
        "_refused",
        "_shape",
        "_taken",
        "_words",
        "element",
        "linked",
        "name",
        "names",
        "parent",
    )

    def __init__(
        self, element: etree._Element, names: Names, parent: "Node | None" = None, name: str = ""
    ) -> None:
        self.element = element
        self.names = names
        self.parent = parent
        self.name = name or names.element(element)
        self.linked: Mapping[str, list[Node]] | None = None  # the links in it, once `links` has sought them
        self._words: str | None = None
        self._attributes: Mapping[str, str] | None = None
        self._children: list[Node] | None = None
        self._shape: Shape | None = None
        # Names of attributes, and "#"; None where nobody took any.
        self._taken: frozenset[str] | None = None
        self._refused: set[str] | None = None  # the same, of what stays in `extra` though it was taken

    @property
    def children(self) -> list["Node"]:
        if self._children is None:
            self._open()
        return self._children or _NONE

    @property
    def shape(self) -> Shape:
        """The names of the children."""
        return self._open() if self._shape is None else self._shape

    def _open(self) -> Shape:
        names = self.names
        elements = list(self.element)
        shape = self._shape = names.shape(elements)
        if len(elements) > len(shape.names):
            elements = [child for child in elements if is_element(child)]
        self._children = [
            Node(child, names, self, name) for child, name in zip(elements, shape.names, strict=True)
        ]
        return shape

    def has(self, names: Wanted) -> bool:
        """Whether there is a child of one of these names."""
        shape = self._shape
        return bool((self._open() if shape is None else shape)[names])

    def all(self, *names: str) -> list["Node"]:
        """The children of these names, by the order of the names."""
        return self.among(names)

    def among(self, names: Wanted) -> list["Node"]:
        """The children of these names: by their order in a tuple, in the document's order of a set."""
        shape = self._shape
        places = (self._open() if shape is None else shape)[names]
        if not places:
            return _NONE
        children = self._children or self.children
        if len(places) == 1:
            return [children[places[0]]]
        return [children[place] for place in places]

    def within(self, names: tuple[str, ...], through: tuple[str, ...]) -> Iterator["Node"]:
        """Elements of these names, in the document's order, here or within elements named in `through`."""
        for child in self.among(_either(names, through)):
            if child.name in names:
                yield child
            if child.name in through and len(child.element):
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
            self._taken = _TEXT_ALONE if self._taken is None else self._taken | _TEXT_ALONE
        return self.words() if self._words is None else self._words

    def peek(self, attribute: str) -> str:
        """The value of an attribute without white space around it, "" where it has none."""
        attributes = self._attributes
        if attributes is None:
            attributes = self.attributes
        value = attributes.get(attribute) if attributes else None
        return value.strip() if value else ""

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
            items: Any = self.element.items()
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
        return _ATTRIBUTES.get(key) or self.names.attribute(key, self.name, self.element)

    def take(self, *what: str) -> None:
        """Mark attributes, or "#", all that is between its tags, as taken."""
        self._taken = (self._taken or _NOTHING).union(what)

    def forget(self) -> None:
        """Let go of the children, and they of theirs, so that their memory is free at once."""
        for child in self._children or _NONE:
            if child._children:
                child.forget()
        self._children = self.linked = None

    def refuse(self, value: str) -> None:
        """Leave attributes, or else the text, that have this value to `extra`, whether they were taken or not."""
        having = {name for name, said in self.attributes.items() if value in said}
        self._refused = (self._refused or set()) | (having or {_TEXT})

    def drop(self) -> None:
        """Mark all of the element as taken."""
        self._refused = None
        self.take(_TEXT, *self.attributes)

    def is_taken(self, what: str = _TEXT) -> bool:
        if self._refused and what in self._refused:
            return False
        return self._taken is not None and what in self._taken

    @property
    def is_touched(self) -> bool:
        return self._taken is not None

    @property
    def is_done(self) -> bool:
        """Whether all of it was taken."""
        taken = self._taken
        if taken is None or self._refused:
            return False
        attributes = self.attributes if self._attributes is None else self._attributes
        if attributes and not taken.issuperset(attributes):
            return False
        return _TEXT in taken or not (len(self.element) or self.words())


@lru_cache(maxsize=100)
def _either(names: tuple[str, ...], others: tuple[str, ...]) -> frozenset[str]:
    return frozenset((*names, *others))


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
