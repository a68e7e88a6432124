"""What xml:base and xml:lang say of an element: they hold for all that is in the element that has them."""

from ingest.base.urls import join_url, may_be_kept
from ingest.parse.common import language
from ingest.parse.xml.node import Node
from ingest.parse.xml.tables import ITEMS

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
    """An address in an element, resolved against the document's xml:base.

    One that no column keeps, as of a scheme that browsers run, is refused, so that `extra` has it.
    """
    if given and not may_be_kept(given, web=given[:4] != "http" and not _is_of_entry(node)):
        node.refuse(given)
    base = base_of(node) if given else None
    if not base:
        return given
    joined = join_url(base, given)
    return given if joined is None else joined


def _is_of_entry(node: Node) -> bool:
    """Columns of a feed have addresses of the web alone, those of an entry of other schemes as well."""
    inner: Node | None = node
    while inner is not None and inner.name not in ITEMS:
        inner = inner.parent
    return inner is not None
