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
    if len(creators) != 1 or not ((surely := _is_arxiv_s(item)) or _is_of_arxiv(item)):
        return None
    text = creators[0].words()
    names = [" ".join(name.split()) for name in _BETWEEN.split(text[:_LONGEST]) if name.strip()]
    if "</a>" in text or not (surely or all(" " in name for name in names)):
        return None
    if is_kept(names) and len(text) <= _LONGEST:
        creators[0].text()
    return tuple(dict.fromkeys(names))


def _is_arxiv_s(item: Node) -> bool:
    if "arxiv" in item.shape.prefixes:
        return True
    return any(guid.words().lower().startswith("oai:arxiv.org:") for guid in item.all("guid"))


def _is_of_arxiv(item: Node) -> bool:
    """Whether it is about a paper there, as others announce them: "Doe, Jane" may be one person in these."""
    return any(_PAGE.match(link.words()) for link in item.all("link"))
