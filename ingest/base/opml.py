"""Lists of feeds: OPML read and written (OPML 2.0, opml.org/spec2).

listparser reads it, after expat has seen that it is XML and no trap, for listparser knows neither errors nor bounds.
A folder within a folder is "News/Science" here, and outlines within outlines in the file.
"""

import html
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

import listparser

from ingest.base.url_spelling import without_credentials
from ingest.parse.encoding import decode

LARGEST = 32_000_000  # bytes
MOST_OUTLINES = 200_000
DEEPEST = 30
MOST_PLACES = 200  # of one feed: listparser's work grows with their square

STATES = ("active", "paused", "gone")
_STATE, _OWN_TITLE, _NOTE = "feedsette:state", "feedsette:title", "feedsette:note"
_NAMESPACE = "https://github.com/feedsette/feedsette/opml"

# What XML has no name for: an ampersand that stands for itself, and HTML's entities.
_STRAY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)(?:\w{2,31};)?")
# What has no place in XML, or in HTML's character references, which listparser reads.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


_Folders = dict[tuple[str, ...], ET.Element]


class BadOpml(ValueError):
    """A list that cannot be read: a sentence for the user, without the file's name."""


@dataclass(frozen=True)
class Subscription:
    """A feed in a list. Of a list that was read, all is a stranger's: the address need not be one."""

    url: str
    title: str | None = None
    folder: str | None = None
    state: str = "active"
    site_url: str | None = None
    own_title: str | None = None  # the owner's, which goes before the feed's
    note: str | None = None


@dataclass(frozen=True)
class Subscriptions:
    """A list of feeds, each address once."""

    feeds: tuple[Subscription, ...]
    without_feed: int = 0  # outlines that name a site, or another list, but no feed
    damage: str | None = None  # a sentence for the user, where the list could be read only in part


def read(document: bytes) -> Subscriptions:
    """The feeds in a list. Raises BadOpml where it is none, a trap, or empty."""
    if len(document) > LARGEST:
        raise BadOpml(f"It is larger than {LARGEST:,} bytes, which no list of feeds is. Split it.")
    text = _STRAY.sub(lambda stray: escape(html.unescape(stray[0])), decode(document).lstrip())
    xml = _NO_TEXT.sub("", text).encode("ascii", "xmlcharrefreplace")
    outlines = _Outlines()
    sound, damage = outlines.check(xml)
    try:
        harvest: Any = listparser.parse(xml[:sound])
    except Exception as error:  # of listparser's, which mixing vocabularies can bring about
        raise BadOpml(f"The reader of lists cannot make sense of it ({type(error).__name__}).") from error
    feeds = [
        _subscription(feed, outlines) for feed in harvest["feeds"] if _key(feed["url"]) in outlines.of_feeds
    ]
    if not feeds:
        raise BadOpml(
            damage or "It is an OPML file, but no outline in it has an xmlUrl, which is a feed's address."
        )
    if damage:
        damage = f"{damage} What stands before that was read: {len(feeds):,} of its feeds."
    return Subscriptions(tuple(feeds), outlines.without_feed, damage)


def write(feeds: Iterable[Subscription], title: str = "Feeds") -> bytes:
    """OPML 2.0, in UTF-8. What `read` makes of it is the same again, but that it goes by folders."""
    opml = ET.Element("opml", {"version": "2.0", "xmlns:feedsette": _NAMESPACE})
    ET.SubElement(ET.SubElement(opml, "head"), "title").text = _clean(title)
    folders: _Folders = {(): ET.SubElement(opml, "body")}
    for feed in feeds:
        url = _clean(without_credentials(feed.url))
        attributes = {"type": "rss", "text": _clean(feed.title) or url, "xmlUrl": url}
        if site_url := _clean(without_credentials(feed.site_url or "")):
            attributes["htmlUrl"] = site_url
        if feed.state != "active":
            attributes[_STATE] = feed.state
        for name, value in ((_OWN_TITLE, feed.own_title), (_NOTE, feed.note)):
            if kept := _clean(value):
                attributes[name] = kept
        ET.SubElement(_folder(folders, _parts(feed.folder)), "outline", attributes)
    ET.indent(opml)
    document: bytes = ET.tostring(opml, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


class _Outlines:
    """What expat sees of a list: whether it is sound, and what listparser leaves out."""

    def __init__(self) -> None:
        self.of_feeds: dict[str, dict[str, str]] = {}  # the attributes of each feed's first
        self._places: Counter[str] = Counter()
        self.without_feed = self._count = self._depth = 0

    def check(self, xml: bytes) -> tuple[int, str | None]:
        """The bytes up to which it is well-formed, and a sentence on what is wrong there. Raises BadOpml."""
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
            return parser.ErrorByteIndex, why
        return len(xml), None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        self._depth += 1
        if self._count == 1 and name.lower() != "opml":
            raise BadOpml(f"It is not a list of feeds (OPML): its outermost element is <{name[:40]}>.")
        if self._count > MOST_OUTLINES or self._depth > DEEPEST:
            raise BadOpml(
                f"It has more than {MOST_OUTLINES:,} outlines, or folders {DEEPEST} deep. Split it."
            )
        attributes = {name.lower(): value for name, value in attributes.items()}
        if url := _key(attributes.get("xmlurl", "")):
            self.of_feeds.setdefault(url, attributes)
            self._places[url] += 1 + attributes.get("category", "").count(",")
            if self._places[url] > MOST_PLACES:
                raise BadOpml(
                    f"It has one feed in more than {MOST_PLACES:,} places, which no list of feeds does."
                )
        elif {"htmlurl", "url"} & attributes.keys():
            self.without_feed += 1

    def _end(self, _: str) -> None:
        self._depth -= 1

    def _refuse(self, *_: object) -> None:
        raise BadOpml("It declares entities, which a list of feeds has no use for but as a trap: refused.")


def _subscription(feed: dict[str, Any], outlines: _Outlines) -> Subscription:
    attributes = outlines.of_feeds[_key(feed["url"])]
    folders = ["/".join(part for part in path if part) for path in feed.get("categories", ())]
    title, state = feed["title"], attributes.get(_STATE, "").strip().lower()
    return Subscription(
        url=feed["url"],
        title=title if title != feed["url"] and title else None,
        folder=folders[-1] or None if folders else None,  # where it stands comes after what its category says
        state=state if state in STATES else "active",
        site_url=attributes.get("htmlurl", "").strip() or None,
        own_title=_clean(attributes.get(_OWN_TITLE))[:1000] or None,
        note=_clean(attributes.get(_NOTE))[:10_000] or None,
    )


def _key(url: str) -> str:
    """Newlines in an attribute are spaces to XML, and newlines to listparser."""
    return " ".join(url.split())


def _parts(folder: str | None) -> tuple[str, ...]:
    """The names of a folder and of those that it is in. What is not cleanly written so is one name."""
    folder = _clean(folder)
    parts = tuple(folder.split("/"))
    clean = len(parts) < DEEPEST / 2 and all(part and part == part.strip() for part in parts)
    return parts if clean else (folder,) if folder else ()


def _folder(folders: _Folders, path: tuple[str, ...]) -> ET.Element:
    if path not in folders:
        folders[path] = ET.SubElement(_folder(folders, path[:-1]), "outline", {"text": path[-1]})
    return folders[path]


def _clean(text: str | None) -> str:
    return _NO_TEXT.sub("", text or "").strip()
