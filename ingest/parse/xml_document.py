"""A feed of XML from its text, by our own reader, or by feedparser where that cannot be."""

from dataclasses import replace

from ingest.base.models import DateOrder, Feed, NotAFeed
from ingest.parse.repair_xml import Refused, damage_of
from ingest.parse.xml.feed import read_feed
from ingest.parse.xml.tree.xml_tree import read_tree


def parse_xml_feed(text: str, kept_order: DateOrder | None = None) -> Feed:
    """The feed of a text whose root element is a feed's. Raises NotAFeed.

    `kept_order` is that of dates such as 06/01/2025 in the feed's earlier documents.
    """
    try:
        tree = read_tree(text)
        feed = read_feed(tree, kept_order) if tree else None
        if tree and feed:
            return replace(feed, damage=damage_of(tree.truncation))
        # Which takes long to load, and few documents need.
        from ingest.parse.feedparser.reading import read_by_feedparser

        return read_by_feedparser(text, kept_order)
    except Refused as error:
        raise NotAFeed(f"it was refused: {error} Leave it out, or look at what it holds.") from error
