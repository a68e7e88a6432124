"""arXiv's feeds, whose dc:creator holds all authors, separated by commas."""

import re

from ingest.parse.xml.node import Node
from ingest.parse.xml.parts.people import is_kept

_BETWEEN = re.compile(r",(?:\s*and\b)?(?![^()]{0,200}\))|\sand\s")  # affiliations stand in parentheses
_LONGEST = 20_000  # characters, of all authors
_PAGE = re.compile(r"https?://(?:\w+\.)?arxiv\.org/", re.IGNORECASE)


def authors_of_arxiv(item: Node) -> tuple[str, ...] | None:
    """The authors of a paper; None where the entry is none of arXiv's RSS."""
    creators = item.all("dc:creator")
    if len(creators) != 1 or "</a>" in creators[0].words() or not _is_arxiv_s(item):
        return None
    names = [
        " ".join(name.split()) for name in _BETWEEN.split(creators[0].words()[:_LONGEST]) if name.strip()
    ]
    if is_kept(names) and len(creators[0].words()) <= _LONGEST:
        creators[0].text()
    return tuple(dict.fromkeys(names))


def _is_arxiv_s(item: Node) -> bool:
    """By its namespace, its identifiers or the address of the paper."""
    if any(child.name.startswith("arxiv:") for child in item.children):
        return True
    return any(
        node.words().lower().startswith("oai:arxiv.org:") or _PAGE.match(node.words())
        for node in item.all("guid", "link")
    )
