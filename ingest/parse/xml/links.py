"""The links of a feed or an entry: atom:link by its relation (RFC 4287, 4.2.7), and RSS's <link>."""

from collections.abc import Mapping, Sequence

from ingest.base.urls import may_be_kept
from ingest.parse.xml.node import Node
from ingest.parse.xml.scope import address

_LINKS = ("atom:link", "link")
_RSS_FIRST = ("link", "atom:link")
_PAGES = ("", "text/html", "application/xhtml+xml")
_IANA = ("http://www.iana.org/assignments/relation/", "https://www.iana.org/assignments/relation/")
# RFC 5005 and WebSub: where the feed itself, its other parts and its hub are. They may hold secrets.
OWN_RELATIONS = frozenset("self hub first last next previous prev current prev-archive next-archive".split())


def relation(link: Node) -> str:
    """The relation of a link: "alternate" where it says none."""
    name = link.peek("rel")
    if "/" in name:
        for registry in _IANA:
            name = name.removeprefix(registry)
    return name.lower() or "alternate"


def links_of(of: Node, rel: str) -> list[Node]:
    """The links of this relation that have an address, in their order."""
    return [link for link in linked(of).get(rel, ()) if link.peek("href")]


def linked(of: Node) -> Mapping[str, list[Node]]:
    """The links that have attributes, by their relations."""
    if of.linked is None:
        found: dict[str, list[Node]] = {}
        for link in of.among(_LINKS):
            if link.attributes:
                found.setdefault(relation(link), []).append(link)
        of.linked = found
    return of.linked


def pages_first(candidates: Sequence[Node], language: str | None = None) -> Node | None:
    """The first link to a page in the language of its entry, or in none that it says."""
    first = (language or "").partition("-")[0]
    pages = [link for link in candidates if link.peek("type").lower().partition(";")[0].strip() in _PAGES]

    def is_own(link: Node) -> bool:
        spoken = link.peek("hreflang").lower()
        return not spoken or (first != "" and spoken.partition("-")[0] == first)

    best = [link for link in pages if is_own(link)] or pages or candidates
    return best[0] if best else None


def target(link: Node | None) -> str | None:
    """The address of a link, which is then taken with what says of which kind it is."""
    if link is None:
        return None
    url = address(link, link.get("href"))
    link.take("rel", "type", "hreflang")
    return url or None


def link_texts(of: Node) -> str:
    """The address that is the text of <link>: of several the first of the web; the same once more is taken as well."""
    written = [link for link in of.among(_RSS_FIRST) if not (link.attributes and link.peek("href"))]
    said = [link for link in written if (words := link.words()) and may_be_kept(words)]
    best = next((link for link in said if link.words()[:4].lower() == "http"), next(iter(said), None))
    found = best.words() if best else ""
    for link in written:
        if link.words() in ("", found):
            link.text()
    return address(best, found) if best else ""
