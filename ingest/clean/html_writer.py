"""Helpers for rewriting parsed HTML: start tags, the markup that replaces a node, and neighbours of a node.

Tags and text are written as `sanitise` writes them, so that it finds nothing to change and need not be asked again.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from selectolax.lexbor import LexborNode

from ingest.clean.sanitise import LINK_REL, permitted_value

_LINK_WITHOUT_ADDRESS = f'<a rel="{LINK_REL}">'
_QUOTE, _QUOTED = '"', "&quot;"

Attributes = Iterable[tuple[str, str | None]]


class NodeMarkup(NamedTuple):
    """The markup that replaces a node: a start, the rewritten children of `inside` (if any), and an end."""

    start: str
    inside: LexborNode | None = None
    end: str = ""


def start_tag(name: str, attributes: Attributes = ()) -> str:
    """A start tag with escaped attributes, without those that are None or not permitted."""
    given = [(key, value) for key, value in attributes if value is not None]
    if not given and name != "a":
        return f"<{name}>"
    kept = _in_order_of_gate(name, given)
    written = [f' {key}="{escaped(value).replace(_QUOTE, _QUOTED)}"' for key, value in kept]
    return f"<{name}{''.join(written)}>"


def link_tag(href: str | None) -> str:
    """The start tag of a link that has nothing but an address, if that, which is permitted."""
    if href is None:
        return _LINK_WITHOUT_ADDRESS
    return f'<a href="{escaped(href).replace(_QUOTE, _QUOTED)}" rel="{LINK_REL}">'


def escaped(text: str) -> str:
    """Plain text as HTML."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    return text.replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


def _in_order_of_gate(name: str, given: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What nh3 leaves of attributes, in its order: the last takes the place of one that is taken out."""
    if name == "a":
        given.append(("rel", LINK_REL))
    values = [permitted_value(name, key, value) for key, value in given]
    kept = [(key, value or "") for (key, _), value in zip(given, values, strict=True)]
    if None not in values:
        return kept
    for index in range(len(kept) - 1, -1, -1):
        if values[index] is None:
            kept[index] = kept[-1]
            kept.pop()
    if name == "a":
        kept.sort(key=lambda one: one[0] == "rel")
    return kept


class ElementSaid(Protocol):
    """A node, or what else has a tag and attributes."""

    @property
    def tag(self) -> str | None: ...

    @property
    def attributes(self) -> dict[str, str | None]: ...

    def text(self) -> str: ...


def classes(node: ElementSaid) -> list[str]:
    return (node.attributes.get("class") or "").split()


def next_element(node: LexborNode) -> LexborNode | None:
    """The next sibling element, unless there is text between."""
    return _beside(node, lambda one: one.next)


def previous_element(node: LexborNode) -> LexborNode | None:
    """The previous sibling element, unless there is text between."""
    return _beside(node, lambda one: one.prev)


def _beside(node: LexborNode, step: Callable[[LexborNode], LexborNode | None]) -> LexborNode | None:
    sibling = step(node)
    while sibling is not None and not sibling.is_element_node:
        if sibling.is_text_node and (sibling.text_content or "").strip():
            return None
        sibling = step(sibling)
    return sibling
