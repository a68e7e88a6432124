"""Reads lists of feeds (OPML) within limits, as they are untrusted: entity declarations are refused. Pure."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from ingest.base.opml import FEED_STATES, NOTE, OWN_TITLE, STATE, ListedFeed, xml_text
from ingest.parse.encoding import decode

LARGEST_OPML = 32_000_000  # bytes
MOST_OUTLINES = 200_000
DEEPEST_OUTLINE = 30  # elements within one another
MOST_PLACES = 200  # of one feed

# Unescaped ampersands, and entities of HTML that XML does not define.
_STRAY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)(?:\w{2,31};)?")


class BadOpml(ValueError):
    """A list that cannot be read: a sentence for the user, without the file's name."""


@dataclass(frozen=True)
class FeedList:
    """A list of feeds, each address once."""

    feeds: tuple[ListedFeed, ...]
    without_feed: int = 0  # outlines that name a site, or another list, but no feed
    damage: str | None = None  # a sentence for the user, where the list could be read only in part


def read_opml(document: bytes) -> FeedList:
    """The feeds in a list. Raises BadOpml where it is none, a trap, or empty."""
    if len(document) > LARGEST_OPML:
        raise BadOpml(f"It is larger than {LARGEST_OPML:,} bytes, which no list of feeds is. Split it.")
    text = _STRAY.sub(lambda stray: escape(html.unescape(stray[0])), decode(document).lstrip())
    outlines = _Outlines()
    damage = outlines.read(xml_text(text).encode("ascii", "xmlcharrefreplace"))
    feeds = tuple(_listed(feed) for feed in outlines.feeds.values())
    if not feeds:
        raise BadOpml(
            damage or "It is an OPML file, but no outline in it has an xmlUrl, which is a feed's address."
        )
    if damage:
        damage = f"{damage} What stands before that was read: {len(feeds):,} of its feeds."
    return FeedList(feeds, outlines.without_feed, damage)


@dataclass
class _Feed:
    """What the outlines of one feed say."""

    url: str
    title: str
    attributes: Mapping[str, str]  # of its first outline, their names in lower case
    folders: list[tuple[str, ...]] = field(default_factory=list)  # each once, in the order of the file
    places: int = 0


class _Outlines:
    """Handlers of expat's, which collect the feeds of a list."""

    def __init__(self) -> None:
        self.feeds: dict[str, _Feed] = {}
        self.without_feed = 0
        self._count = self._depth = 0
        self._path: list[str] = []  # of each outline that is open the folder that it is, or ""

    def read(self, xml: bytes) -> str | None:
        """Read until the end, or until it is not well-formed: then a sentence on what is wrong. Raises BadOpml."""
        parser = expat.ParserCreate("us-ascii")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._refuse
        try:
            parser.Parse(xml, True)
        except expat.ExpatError as error:
            why = f"It is not well-formed XML: {expat.ErrorString(error.code)} in line {error.lineno:,}."
            if not self._count:
                raise BadOpml(f"{why} A list of feeds is an OPML file; export it once more.") from error
            return why
        return None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        self._depth += 1
        if self._count == 1 and name.lower() != "opml":
            raise BadOpml(f"It is not a list of feeds (OPML): its outermost element is <{name[:40]}>.")
        if self._count > MOST_OUTLINES or self._depth > DEEPEST_OUTLINE:
            raise BadOpml(
                f"It has more than {MOST_OUTLINES:,} outlines, or folders {DEEPEST_OUTLINE} deep. Split it."
            )
        if _is_outline(name):
            self._outline({name.lower(): value.strip() for name, value in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        if _is_outline(name):
            self._path.pop()

    def _refuse(self, *_: object) -> None:
        raise BadOpml("It declares entities, which a list of feeds has no use for but as a trap: refused.")

    def _outline(self, attributes: Mapping[str, str]) -> None:
        title, kind = (
            attributes.get("text") or attributes.get("title", ""),
            attributes.get("type", "").lower(),
        )
        if attributes.get("xmlurl") and kind != "source":
            self._feed(title, attributes)
        elif attributes.get("xmlurl") or {"htmlurl", "url"} & attributes.keys():
            self.without_feed += 1
        is_folder = "xmlurl" not in attributes and kind not in ("link", "include")
        self._path.append(title if is_folder else "")

    def _feed(self, title: str, attributes: Mapping[str, str]) -> None:
        url, category = attributes["xmlurl"], attributes.get("category", "")
        feed = self.feeds.setdefault(" ".join(url.split()), _Feed(url, title, attributes))
        feed.places += 1 + category.count(",")
        if feed.places > MOST_PLACES:
            raise BadOpml(
                f"It has one feed in more than {MOST_PLACES:,} places, which no list of feeds does."
            )
        for path in (*(one.split("/") for one in category.split(",")), self._path):
            folder = tuple(part.strip() for part in path if part.strip())
            if folder and folder not in feed.folders:
                feed.folders.append(folder)


def _is_outline(name: str) -> bool:
    return name.rpartition(":")[2].lower() == "outline"


def _listed(feed: _Feed) -> ListedFeed:
    attributes, state = feed.attributes, feed.attributes.get(STATE, "").lower()
    return ListedFeed(
        url=feed.url,
        title=feed.title if feed.title != feed.url and feed.title else None,
        folder="/".join(feed.folders[-1]) if feed.folders else None,  # where it stands, else its category
        state=state if state in FEED_STATES else "active",
        site_url=attributes.get("htmlurl") or None,
        own_title=xml_text(attributes.get(OWN_TITLE))[:1000] or None,
        note=xml_text(attributes.get(NOTE))[:10_000] or None,
    )
