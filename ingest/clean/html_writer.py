"""Helpers for rewriting parsed HTML: start tags, the markup that replaces a node, and neighbours of a node."""

from collections.abc import Callable, Iterable
from html import escape
from typing import NamedTuple

from selectolax.lexbor import LexborNode

Attributes = Iterable[tuple[str, str | None]]


class NodeMarkup(NamedTuple):
    """The markup that replaces a node: a start, the rewritten children of `inside` (if any), and an end."""

    start: str
    inside: LexborNode | None = None
    end: str = ""


def start_tag(name: str, attributes: Attributes = ()) -> str:
    """A start tag with escaped attributes, without those that are None."""
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes if value is not None)
    return f"<{name}{written}>"


def classes(node: LexborNode) -> list[str]:
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
