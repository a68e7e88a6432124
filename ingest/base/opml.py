"""Lists of feeds as values, and written as OPML 2.0 (opml.org/spec2). Pure.

Nested folders are "News/Science" in a value, and nested outlines in the file.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.base.url_spelling import without_credentials

FEED_STATES = ("active", "paused", "gone")
DEEPEST_FOLDER = 15

# Our own attributes of an outline, for which OPML has none.
NAMESPACE = "https://github.com/feedsette/feedsette/opml"
STATE, OWN_TITLE, NOTE = "feedsette:state", "feedsette:title", "feedsette:note"

# Not characters of XML 1.0 (2.2), or discouraged there.
_NO_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)

_Folders = dict[tuple[str, ...], ET.Element]


@dataclass(frozen=True)
class ListedFeed:
    """A feed in a list. All of it is untrusted where the list was read: `url` may be malformed."""

    url: str
    title: str | None = None
    folder: str | None = None
    state: str = "active"
    site_url: str | None = None
    own_title: str | None = None  # given by the owner, instead of the feed's
    note: str | None = None


def write_opml(feeds: Iterable[ListedFeed], title: str = "Feeds") -> bytes:
    """OPML 2.0, in UTF-8. `read_opml` returns the same feeds, grouped by folder."""
    opml = ET.Element("opml", {"version": "2.0", "xmlns:feedsette": NAMESPACE})
    ET.SubElement(ET.SubElement(opml, "head"), "title").text = xml_text(title)
    folders: _Folders = {(): ET.SubElement(opml, "body")}
    for feed in feeds:
        url = xml_text(without_credentials(feed.url))
        attributes = {"type": "rss", "text": xml_text(feed.title) or url, "xmlUrl": url}
        if site_url := xml_text(without_credentials(feed.site_url or "")):
            attributes["htmlUrl"] = site_url
        if feed.state != "active":
            attributes[STATE] = feed.state
        for name, value in ((OWN_TITLE, feed.own_title), (NOTE, feed.note)):
            if kept := xml_text(value):
                attributes[name] = kept
        ET.SubElement(_folder(folders, _parts(feed.folder)), "outline", attributes)
    ET.indent(opml)
    document: bytes = ET.tostring(opml, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def xml_text(text: str | None) -> str:
    """The text without characters that XML forbids, and without leading and trailing white space."""
    return _NO_XML.sub("", text or "").strip()


def _parts(folder: str | None) -> tuple[str, ...]:
    """The path of a nested folder, outermost first. Where it has empty or padded parts, it is one name."""
    folder = xml_text(folder)
    parts = tuple(folder.split("/"))
    clean = len(parts) < DEEPEST_FOLDER and all(part and part == part.strip() for part in parts)
    return parts if clean else (folder,) if folder else ()


def _folder(folders: _Folders, path: tuple[str, ...]) -> ET.Element:
    if path not in folders:
        folders[path] = ET.SubElement(_folder(folders, path[:-1]), "outline", {"text": path[-1]})
    return folders[path]
