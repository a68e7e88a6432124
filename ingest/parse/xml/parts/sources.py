"""The source of an aggregated entry: atom:source (RFC 4287, 4.2.11), or RSS's <source>."""

from ingest.base.models import Source
from ingest.parse.xml.links import links_of, pages_first, target
from ingest.parse.xml.markup import first_inline
from ingest.parse.xml.node import Node
from ingest.parse.xml.parts.people import authors_of
from ingest.parse.xml.scope import address
from ingest.parse.xml.tables import TITLE_BOUND

_SOURCES = frozenset({"atom:source", "source", "dc:source"})


def source_of(item: Node, has_authors: bool) -> tuple[Source | None, tuple[str, ...]]:
    """An entry's source, with its authors where the entry names none of its own: they wrote it then."""
    if not item.has(_SOURCES):
        return None, ()
    for node in item.all("atom:source"):
        title = first_inline(node.all("atom:title"), TITLE_BOUND)
        url = target(pages_first(links_of(node, "alternate")) or next(iter(links_of(node, "self")), None))
        authors = () if has_authors else authors_of(node)
        if title or url:
            return Source(title or None, url), authors
        return None, authors
    for node in item.all("source", "dc:source"):
        given = node.get("url")
        text = node.words()
        if not given and text.startswith(("http://", "https://")):
            return Source(None, node.text()), ()
        if given or (text and node.name == "source"):
            return Source(node.text() or None, address(node, given) or None), ()
    return None, ()
