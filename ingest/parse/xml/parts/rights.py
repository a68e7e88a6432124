"""The licence of an entry: its address, or else its name."""

from ingest.parse.xml.links import links_of, target
from ingest.parse.xml.node import Node
from ingest.parse.xml.tables import LICENSES, MEDIA_GROUPS

_RIGHTS = ("dc:rights", "dcterms:rights", "atom:rights")
RIGHTS_ELEMENTS = frozenset((*LICENSES, *MEDIA_GROUPS, *_RIGHTS))
_ADDRESSES = ("http://", "https://")


def license_of(item: Node) -> str | None:
    """Of a link to it (RFC 4946), an element for it, or a text on rights that is an address."""
    for link in links_of(item, "license"):
        return target(link)
    named = None
    if not item.has(RIGHTS_ELEMENTS):
        return None
    nodes = item.among(LICENSES)
    if item.has(MEDIA_GROUPS):
        nodes = [*nodes, *item.within(LICENSES, MEDIA_GROUPS)]
    for node in nodes:
        for attribute in ("url", "rdf:resource", "href"):
            if url := node.get(attribute):
                return url
        text = node.words()
        if text.startswith(_ADDRESSES):
            return node.text()
        named = named or (node if text else None)
    for node in item.among(_RIGHTS):
        if node.words().startswith(_ADDRESSES) and " " not in node.words():
            return node.text()
    return named.text() if named else None
