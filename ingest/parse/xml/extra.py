"""What of an element has no other place, as it goes to `extra` (see Extra in ingest.base.models)."""

from collections.abc import Collection, Iterator
from typing import Any

from ingest.base.models import Extra
from ingest.parse.xml.node import Node

# They say how a value is written, or which element this is, and are no values themselves.
_HOW = frozenset({"isPermaLink", "rdf:parseType", "rdf:nodeID", "rdf:ID"})
_TYPED = frozenset(
    "atom:title atom:subtitle atom:tagline atom:summary atom:content atom:rights atom:copyright atom:info title"
    " description summary content content:encoded guid media:title media:description".split()
)
_TYPE = frozenset({"type", "mode"})
_REPEATED = 300  # characters of a text that is said again beside an attribute that belongs to it


def leftovers(node: Node, besides: Collection[str] = ()) -> Iterator[Extra]:
    """What was not taken of an element's own attributes and of its children, without those named in `besides`.

    Text between the children, where none belongs, is `{"#": …}`.
    """
    if node.attributes and (
        own := [(name, value) for name, value in _values(node) if not (node.is_taken(name) or _is_xml(name))]
    ):
        yield {node.name: {f"@{name}": value for name, value in own}}
    if text := (node.element.text or "").strip():
        yield {"#": text}
    for child in node.children:
        if not child.is_done and child.name not in besides and (rest := _rest(child)) is not None:
            yield {child.name: rest}
        if (tail := child.element.tail) and not tail.isspace():
            yield {"#": tail.strip()}


def _rest(node: Node) -> Any:
    """What was not taken of an element; None where that is nothing.

    An attribute or text that remains keeps the others of its element beside it, which say what it belongs to.
    """
    values = _values(node)
    alone = not node.is_touched and not len(node.element)
    left = any(not node.is_taken(name) and (alone or not _is_xml(name)) for name, _ in values)
    if len(node.element):
        pieces = [] if node.is_taken() else list(_pieces(node))
        if not left and not pieces:
            return None
        said: Any = pieces
    else:
        text = node.words()
        taken = node.is_taken()
        if not left and (taken or not text):
            return "" if not (node.is_touched or text or values) else None
        said = "" if taken and len(text) > _REPEATED else text
    attributes = {f"@{name}": value for name, value in values}
    if not attributes and isinstance(said, str):
        return said
    return {**attributes, "#": said} if said else attributes


def _pieces(node: Node) -> Iterator[Any]:
    if text := (node.element.text or "").strip():
        yield text
    for child in node.children:
        if (rest := _rest(child)) is not None:
            yield {child.name: rest}
        if tail := (child.element.tail or "").strip():
            yield tail


def _values(node: Node) -> list[tuple[str, str]]:
    """The attributes that are values: of a text that has a place, without those that say how it is written."""
    if not node.attributes:
        return []
    used = node.is_taken()
    typed = used and node.name in _TYPED and not node.peek("src")
    return [
        (name, value)
        for name, value in node.attributes.items()
        if value.strip()
        and name not in _HOW
        and not (used and _is_xml(name))
        and not (typed and name in _TYPE)
        and not (name == "rdf:about" and _is_said(node, value))
    ]


def _is_xml(name: str) -> bool:
    """Whether it is xml:lang, xml:base or xml:space, which stand beside what has no place, but are none of it."""
    return name.startswith("xml:")


def _is_said(node: Node, about: str) -> bool:
    """Whether what an element of RSS 1.0 is about is what an element in it says, or the feed's own address."""
    return node.name == "channel" or any(child.words() == about.strip() for child in node.children)
