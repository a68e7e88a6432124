"""The tags of an entry: categories, subjects and keywords."""

from collections.abc import Iterator, Sequence

from ingest.parse.xml.node import Node
from ingest.parse.xml.parts.people import is_kept
from ingest.parse.xml.tables import COMMA_SEPARATED, MOST_OF_EACH, TAGS

_TAGS = frozenset(TAGS)
_THROUGH = ("media:group", "media:content", "itunes:category", "categories")


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
    if item.has(_THROUGH):
        return item.within(TAGS, _THROUGH)
    return iter(item.among(_TAGS))


def _names(node: Node) -> Sequence[str]:
    if node.peek("scheme").endswith("#kind"):  # Blogger's: every entry is "a post"
        return ()
    text = node.words()
    names = [text] if text else []
    if node.name in COMMA_SEPARATED:
        names = [name for part in text.split(",") if (name := part.strip())]
    if is_kept(names):
        node.text()
    if not node.attributes:
        return names
    label = node.get("label")
    said = [label] if label else [term for attribute in ("term", "text") if (term := node.get(attribute))]
    return said + names
