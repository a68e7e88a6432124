"""arXiv's feeds, whose dc:creator holds all authors, separated by commas. They are known by arXiv's namespace."""

from ingest.parse.xml.node import Node


def authors_of_arxiv(item: Node) -> tuple[str, ...] | None:
    """The authors of a paper; None where the entry is none of arXiv's RSS."""
    creators = item.all("dc:creator")
    if len(creators) != 1 or not any(child.name.startswith("arxiv:") for child in item.children):
        return None
    names = [" ".join(name.split()) for name in creators[0].text().split(",")]
    return tuple(dict.fromkeys(name for name in names if name))
