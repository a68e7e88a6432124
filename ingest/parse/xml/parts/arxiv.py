"""arXiv's feeds, whose dc:creator holds all authors, separated by commas. They are known by arXiv's namespace."""

from ingest.parse.xml.node import Node
from ingest.parse.xml.parts.people import is_kept


def authors_of_arxiv(item: Node) -> tuple[str, ...] | None:
    """The authors of a paper; None where the entry is none of arXiv's RSS."""
    creators = item.all("dc:creator")
    if len(creators) != 1 or not any(child.name.startswith("arxiv:") for child in item.children):
        return None
    names = [" ".join(name.split()) for name in creators[0].words().split(",") if name.strip()]
    if is_kept(names):
        creators[0].text()
    return tuple(dict.fromkeys(names))
