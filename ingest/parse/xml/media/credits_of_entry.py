"""The persons that an entry names with a role, beside those who wrote it."""

from collections.abc import Iterator

from ingest.base.models import Credit
from ingest.base.plain_text import one_line
from ingest.parse.xml.node import Node
from ingest.parse.xml.tables import NAME_BOUND

_MOST = 100  # as `clean` keeps; what is beyond goes to `extra`
_CONTRIBUTORS = frozenset({"atom:contributor", "contributor", "dc:contributor", "dcterms:contributor"})
_NAMES = ("atom:name", "name", "foaf:name")
_MEDIA = ("media:group", "media:content")
CREDIT_ELEMENTS = frozenset(("podcast:person", "media:credit", *_CONTRIBUTORS, *_MEDIA))


def credits_of(item: Node) -> tuple[Credit, ...]:
    """Persons of the podcast namespace, contributors, and credits of Media RSS, in the document's order.

    To be asked after `media_of`: a credit of a picture or film alone is that one's.
    """
    if not item.has(CREDIT_ELEMENTS):
        return ()
    found: dict[Credit, None] = {}
    for child in item.among(CREDIT_ELEMENTS):
        if len(found) >= _MOST:
            break
        for credit in _credits(child):
            found.setdefault(credit)
    return tuple(found)


def _credits(node: Node) -> Iterator[Credit]:
    if node.name == "podcast:person":
        if name := node.words():
            role = _role(node) or "host"  # as the namespace has it
            if _shows(name):
                node.text()
            yield Credit(_line(name), role.lower())
    elif node.name in _CONTRIBUTORS:
        if name := _contributor(node):
            yield Credit(_line(name), (_role(node) or "contributor").lower())
    elif node.name == "media:credit":
        yield from _media_credit(node, "contributor")
    elif node.name in _MEDIA:
        yield from _of_media(node)


def _of_media(node: Node) -> Iterator[Credit]:
    """Credits of a group are the entry's; those of one content are where they say a role."""
    for inner in node.children:
        if inner.name == "media:credit":
            yield from _media_credit(inner, "contributor" if node.name == "media:group" else "")
        elif inner.name in _MEDIA:
            yield from _of_media(inner)


def _media_credit(node: Node, else_role: str) -> Iterator[Credit]:
    role = node.peek("role") or else_role
    if role and (name := node.words()):
        if _shows(role):
            node.take("role")
        if _shows(name):
            node.text()
        yield Credit(_line(name), role.lower())


def _contributor(node: Node) -> str:
    """The name. What else the element says of the person stays in `extra`, with the name beside it."""
    if not len(node.element):
        return node.text() if _shows(node.words()) else node.words()
    name = next((child.words() for child in node.among(_NAMES) if child.words()), "")
    if _shows(name) and sum(1 for child in node.children if child.words() or child.element.attrib) == 1:
        node.take("#")
    return name


def _role(node: Node) -> str:
    return node.get("role") if _shows(node.peek("role")) else node.peek("role")


def _shows(markup: str) -> bool:
    """Whether there is text in it. A tag alone, as some attack with, is left to `extra`."""
    return bool(markup) and ("<" not in markup or one_line(markup, NAME_BOUND) is not None)


def _line(name: str) -> str:
    return " ".join(name.split())
