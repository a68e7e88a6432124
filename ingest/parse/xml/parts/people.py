"""The authors of an entry or feed: persons of Atom, and names, or addresses with names, of RSS and Dublin Core."""

import re
from collections.abc import Iterator, Sequence

from ingest.base.plain_text import unescape
from ingest.parse.xml.node import Node
from ingest.parse.xml.tables import AUTHORS, MOST_OF_EACH, NAME_BOUND

_AUTHORS = frozenset(AUTHORS)
_LONGEST = 500  # characters
_LONGEST_LINKS = 20_000
_LINKED = re.compile(r"<a\b[^<>]*>([^<>]+)</a>", re.IGNORECASE)
_NAMES = ("atom:name", "name", "itunes:name", "foaf:name")
_MAILS = ("atom:email", "email", "itunes:email")


def authors_of(node: Node) -> tuple[str, ...]:
    """The names of the authors; the address of one that has no name."""
    names: dict[str, None] = {}
    for child in node.among(_AUTHORS):
        if len(names) < MOST_OF_EACH:
            names.update(dict.fromkeys(_people(child)))
    return tuple(names)


def _people(author: Node) -> Iterator[str]:
    if len(author.element) and (name := _of_person(author)):
        yield name
        return
    text = " ".join(author.words().split())
    if "<" in text and (linked := _linked_names(text[:_LONGEST_LINKS])):
        yield from linked
        return
    if author.name in ("dc:creator", "dcterms:creator") and ";" in text:
        names = [name for part in text.split(";") if (name := part.strip())]
        whole = is_kept(names)
    else:
        names = [_name_beside_address(text[:_LONGEST])] if text else []
        whole = is_kept(names) and names in ([text], [])
    if whole:
        author.text()
    yield from names


def _linked_names(text: str) -> list[str]:
    return [" ".join(unescape(name).split()) for name in _LINKED.findall(text) if name.strip()]


def is_kept(names: Sequence[str]) -> bool:
    """Whether so many names, of that length, are kept as they are; otherwise `extra` has them too."""
    if len(names) == 1:
        return len(names[0]) <= NAME_BOUND
    return len(names) <= MOST_OF_EACH and max(map(len, names), default=0) <= NAME_BOUND


def _of_person(author: Node) -> str:
    """The name of a person who is written as elements, which stay in `extra` where they say more than the name."""
    names = [child for child in author.among(_NAMES) if child.words()]
    mails = [child for child in author.among(_MAILS) if child.words()]
    best = (names or mails)[:1]
    if not best:
        return ""
    if sum(1 for child in author.children if child.words() or child.element.attrib) == 1:
        author.take("#")
    return " ".join(best[0].words()[:_LONGEST].split())


def _name_beside_address(text: str) -> str:
    """The name in "ada@example.org (Ada)" and "Ada <ada@example.org>"; the address where it is all."""
    if "@" not in text:
        return text
    words = text.replace("(", " ( ").replace(")", " ) ").replace("<", " ").replace(">", " ").split()
    named = [word for word in words if not _is_address(word)]
    if len(named) == len(words):
        return text
    name = " ".join(named).replace("( ", "(").replace(" )", ")").replace("()", "").strip()
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1].strip()
    return name or next(word for word in words if _is_address(word))


def _is_address(word: str) -> bool:
    name, _, host = word.removeprefix("mailto:").partition("@")
    return bool(name) and "." in host.strip(".") and not host.startswith("/")
