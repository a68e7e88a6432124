"""A feed of RSS, RDF or Atom from its tree."""

from collections.abc import Iterator

from ingest.base.models import DateOrder, Entry, Extra, Feed
from ingest.parse.common import language
from ingest.parse.xml.entry import Surroundings, read_entry
from ingest.parse.xml.extra import leftovers
from ingest.parse.xml.files import picture_of
from ingest.parse.xml.links import OWN_RELATIONS, link_texts, links_of, pages_first, relation, target
from ingest.parse.xml.markup import first_inline
from ingest.parse.xml.node import Node, first_text
from ingest.parse.xml.parts.dated import dates_written, latest_date, order_of
from ingest.parse.xml.parts.hints import hints_of
from ingest.parse.xml.parts.people import authors_of
from ingest.parse.xml.scope import address, language_of
from ingest.parse.xml.tables import (
    DESCRIPTION_BOUND,
    FEED_DESCRIPTIONS,
    ITEMS,
    TITLE_BOUND,
    TITLE_ELEMENTS,
)
from ingest.parse.xml.tree.names import Names
from ingest.parse.xml.tree.xml_tree import Tree

_RSS_VERSIONS = frozenset({"0.91", "0.92", "0.93", "0.94"})
_HEADS = ("channel", "atom:channel")


def read_feed(tree: Tree, kept_order: DateOrder | None) -> Feed | None:
    """The feed; None where there is neither an entry nor anything that a feed says of itself."""
    feed, dates = _read(tree, None)
    # All dates are needed to know their order, which seldom makes a difference: then all is read once more.
    if feed and (order := order_of(dates, feed.language, kept_order)):
        feed, _ = _read(tree, order)
    return feed


def _read(tree: Tree, order: DateOrder | None) -> tuple[Feed | None, list[str]]:
    """The feed by this order of day and month, and its dates as they are written."""
    names = Names(tree.text)
    outermost = Node(tree.root, names)
    if outermost.name == "atom:entry":
        dates = dates_written(outermost)
        entry = read_entry(outermost, Surroundings(atom=True, order=order))
        namespaces = tuple(_namespaces(names))
        return Feed(_format(outermost), entries=(entry,), date_order=order, extra=namespaces), dates
    head = next(iter(outermost.among(_HEADS)), outermost)
    dates = dates_written(head)
    atom = outermost.name == "atom:feed"
    common = _language(head)
    around = Surroundings(atom, authors_of(head) if atom else (), common, order)  # RFC 4287, 4.2.1
    feed = Feed(
        format=_format(outermost),
        url=target(next(iter(links_of(head, "self")), None)),
        title=first_inline(head.among(TITLE_ELEMENTS), TITLE_BOUND),
        site_url=_site(head, common),
        description=first_inline(head.among(FEED_DESCRIPTIONS), DESCRIPTION_BOUND),
        icon_url=_icon(outermost, head),
        language=common,
        generator=next((node.words() for node in head.all("generator", "atom:generator")), None) or None,
        hub_url=target(next(iter(links_of(head, "hub")), None)),
        hints=hints_of(head),
        entries=tuple(_entries(outermost, around, dates)),
        updated=latest_date(head, order),
        date_order=order,
        extra=tuple(_extra(outermost, head)),
    )
    said = feed.entries or feed.title or feed.site_url or feed.description or head.all("atom:id")
    outermost.forget()
    return (feed if said else None), dates


def _entries(outermost: Node, around: Surroundings, dates: list[str]) -> Iterator[Entry]:
    """Each entry, whose element is forgotten before the next one is read; `dates` is given theirs."""
    for item in outermost.within(ITEMS, (*_HEADS, *ITEMS)):
        if item.parent is None or item.parent.name not in ITEMS or item.children:
            dates += dates_written(item)
            yield read_entry(item, around)
            item.forget()


def _site(head: Node, common: str | None) -> str | None:
    """The address of the site; the feed's id where that is one."""
    url = link_texts(head) or target(pages_first(links_of(head, "alternate"), common))
    if not url:
        url = next((node.text() for node in head.all("atom:id") if node.words().startswith("http")), "")
    return url or None


def _language(head: Node) -> str | None:
    for node in head.all("language", "dc:language", "atom:language"):
        if found := language(node.words()):
            node.text()
            return found
    return language_of(head)


def _icon(outermost: Node, head: Node) -> str | None:
    for names in (("atom:icon", "icon"), (), ("atom:logo", "logo", "webfeeds:icon")):
        if not names:
            found = picture_of(head) or (outermost is not head and picture_of(outermost))
        else:
            nodes = head.among(names)
            said = first_text(nodes)
            found = next((address(node, said) for node in nodes if said and node.words() == said), None)
        if found:
            return found
    return None


def _format(outermost: Node) -> str:
    version = outermost.peek("version")
    if outermost.name in ("atom:feed", "atom:entry"):
        if "purl.org/atom" in outermost.element.tag or version in ("0.1", "0.2", "0.3"):
            return "atom0.3"
        return "atom1.0"
    if outermost.name == "rdf:RDF":
        return "rdf"
    if version in _RSS_VERSIONS:
        return f"rss{version}"
    return "rss2.0" if version.startswith("2.") else "rss"


def _extra(outermost: Node, head: Node) -> Iterator[Extra]:
    """What the feed says of itself and has no other place, without its own addresses and its hub's."""
    own = links_of(head, "self")
    for link in head.all("atom:link", "link"):
        if relation(link) in OWN_RELATIONS:
            link.drop()
    for node in head.all("atom:id"):
        if any(node.words() == link.peek("href") for link in own):
            node.drop()
    for node in head.all("itunes:new-feed-url", "newLocation"):
        node.drop()
    parts = [head, outermost] if outermost is not head else [head]
    for part in (*parts, *outermost.among(_HEADS)[1:]):
        part.take("version")
        yield from leftovers(part, (*ITEMS, *_HEADS, "items"))
    yield from _namespaces(head.names)


def _namespaces(names: Names) -> Iterator[Extra]:
    """What the prefixes of namespaces stand for that are not known."""
    for prefix, namespace in names.unknown.items():
        yield {f"xmlns:{prefix}": namespace}
