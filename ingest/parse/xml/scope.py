"""What xml:base and xml:lang say of an element: they hold for all that is in the element that has them."""

from ingest.base.urls import join_url
from ingest.parse.common import language
from ingest.parse.xml.node import Node

_XML = "{http://www.w3.org/XML/1998/namespace}"


def base_of(node: Node | None) -> str | None:
    """The base URL at an element (XML Base); None where the document says none."""
    if node is None or not node.names.has_bases:
        return None
    outer = base_of(node.parent)
    own = (node.element.get(f"{_XML}base") or "").strip()
    return join_base(outer, own)


def join_base(outer: str | None, own: str) -> str | None:
    if not own:
        return outer
    joined = join_url(outer, own) if outer else own
    return own if joined is None else joined


def language_of(node: Node | None) -> str | None:
    """The language at an element, of xml:lang; None where the document says none."""
    if node is None or not node.names.has_languages:
        return None
    while node is not None:
        if (own := node.element.get(f"{_XML}lang")) is not None:
            return language(own)
        node = node.parent
    return None


def address(node: Node, given: str) -> str:
    """An address in an element, resolved against the document's xml:base."""
    base = base_of(node) if given else None
    if not base:
        return given
    joined = join_url(base, given)
    return given if joined is None else joined
