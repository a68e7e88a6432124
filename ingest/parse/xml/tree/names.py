"""Names of elements and attributes with the standard prefixes of their namespaces: "itunes:duration", "pubDate"."""

import re
from collections.abc import Sequence

from lxml import etree

from ingest.parse.xml.tree.prefixes import PREFIXES_IN_USE, STANDARD_PREFIXES
from ingest.parse.xml.tree.shape import Shape, shape_of

_ORNAMENTS = re.compile(r"^(?:https?:/*)?(?:www\.)?|[/#]+$")
_SANE = re.compile(r"[A-Za-z][\w.-]{0,30}", re.ASCII)
_MOST_UNKNOWN = 100  # namespaces of a document that are called by the document's prefixes
UNDECLARED = "undeclared:"  # begins the namespace of a prefix that a document uses and does not declare

# The names of RSS and Atom in their own case, by lower case: feeds write <pubdate>, and older ones <ITEM>.
_CASED = {
    name.lower(): name
    for name in (
        "rss channel item title link description author category comments enclosure guid pubDate source language"
        " copyright managingEditor webMaster lastBuildDate generator docs cloud ttl image rating textInput skipHours"
        " skipDays hour day url width height name content summary updated published id items fullitem body keywords"
        " created issued modified"
    ).split()
}
CASED_ATTRIBUTES = {
    "ispermalink": "isPermaLink",
    "filesize": "fileSize",
    "isdefault": "isDefault",
    "hreflang": "hreflang",
}


def is_element(node: etree._Element) -> bool:
    """Whether it is none of the entities that nobody declared, whose tag is no text."""
    return isinstance(node.tag, str)


def prefix_of(namespace: str) -> str | None:
    """The standard prefix of a namespace, "" of RSS itself; None where it is not known."""
    key = _ORNAMENTS.sub("", namespace.strip().lower()).rstrip("/#")
    return STANDARD_PREFIXES.get(key)


class Names:
    """The names of one document's elements and attributes, and what its prefixes of unknown namespaces stand for."""

    def __init__(self, text: str) -> None:
        inherits = "xml:" in text
        self.has_bases = inherits and "xml:base" in text
        self.has_languages = inherits and "xml:lang" in text
        self.unknown: dict[str, str] = {}  # prefix -> namespace
        self._prefixes: dict[str, str] = {}  # namespace -> prefix with its colon, or "{namespace}"
        self._elements: dict[str, str] = {}  # lxml's tag -> name
        self._shapes: dict[tuple[str, ...], Shape] = {}  # lxml's tags ->
        self._attributes: dict[tuple[str, str], str] = {}
        self._looked_up = 0  # prefixes of attributes

    def element(self, element: etree._Element) -> str:
        """The name of an element."""
        tag = element.tag
        name = self._elements.get(tag)
        if name is None:
            name = self._elements[tag] = self._named(tag, element.prefix)
        return name

    def shape(self, elements: Sequence[etree._Element]) -> Shape:
        """The names of the children of an element."""
        tags = tuple([element.tag for element in elements])
        shape = self._shapes.get(tags)
        if shape is None:
            named = filter(is_element, elements)
            shape = self._shapes[tags] = shape_of(tuple(map(self.element, named)))
        return shape

    def attribute(self, tag: str, of: str, element: etree._Element) -> str:
        """The name of an attribute of the element named `of`: in the namespace of its element it has no prefix."""
        name = self._attributes.get((tag, of))
        if name is None:
            full = self._named(tag, self._declared(tag, element)) if tag[0] == "{" else tag
            own = of.rpartition(":")[0]
            if own and full.startswith(f"{own}:"):
                full = full[len(own) + 1 :]
            name = self._attributes[tag, of] = CASED_ATTRIBUTES.get(full.lower(), full)
        return name

    def _declared(self, tag: str, element: etree._Element) -> str | None:
        """The prefix of an attribute where it may be wanted: lxml makes a map of all that is declared each time."""
        namespace = tag[1:].partition("}")[0]
        if (
            namespace in self._prefixes
            or prefix_of(namespace) is not None
            or self._looked_up >= _MOST_UNKNOWN
        ):
            return None
        self._looked_up += 1
        return next(
            (prefix for prefix, known in element.nsmap.items() if known == namespace and prefix), None
        )

    def _named(self, tag: str, declared: str | None) -> str:
        namespace, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
        prefix = self._prefix(namespace, declared) if namespace else ""
        return f"{prefix}{local}" if prefix else _CASED.get(local.lower(), local)

    def _prefix(self, namespace: str, declared: str | None) -> str:
        if namespace not in self._prefixes:
            known = prefix_of(namespace)
            if known is None:
                known = self._of_unknown(namespace, declared)
            self._prefixes[namespace] = known if known == "" or known[0] == "{" else f"{known}:"
        return self._prefixes[namespace]

    def _of_unknown(self, namespace: str, declared: str | None) -> str:
        if namespace.startswith(UNDECLARED):
            return namespace.removeprefix(UNDECLARED)
        sane = declared and _SANE.fullmatch(declared) and declared not in PREFIXES_IN_USE
        if not sane or declared in self.unknown or len(self.unknown) >= _MOST_UNKNOWN:
            return f"{{{namespace}}}"
        self.unknown[str(declared)] = namespace
        return str(declared)
