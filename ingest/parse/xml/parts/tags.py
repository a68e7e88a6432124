"""The tags of an entry: categories, subjects and keywords."""

from collections.abc import Iterator

from ingest.parse.xml.node import Node
from ingest.parse.xml.tables import COMMA_SEPARATED, MOST_OF_EACH, TAGS

_THROUGH = ("media:group", "media:content", "itunes:category", "categories")
_NESTED = frozenset(_THROUGH)
_TAGS = frozenset(TAGS)


def tags_of(item: Node) -> tuple[str, ...]:
    """The tags by their labels, each once; those beyond the bound, and what more categories say, is not taken."""
    tags: dict[str, str] = {}
    for node in _nodes(item):
        if len(tags) >= MOST_OF_EACH:
            break
        for name in _names(node):
            tags.setdefault(name.lower(), name)
    return tuple(tags.values())


def _nodes(item: Node) -> Iterator[Node]:
    if any(child.name in _NESTED for child in item.children):
        return item.within(TAGS, _THROUGH)
    return (child for child in item.children if child.name in _TAGS)


def _names(node: Node) -> Iterator[str]:
    if node.peek("scheme").endswith("#kind"):  # Blogger's: every entry is "a post"
        return
    text = node.text()
    if node.name in COMMA_SEPARATED:
        yield from (name for part in text.split(",") if (name := part.strip()))
        return
    if label := node.peek("label"):
        node.take("label")
        yield label
    else:
        for attribute in ("term", "text"):
            if term := node.get(attribute):
                yield term
    if text:
        yield text
