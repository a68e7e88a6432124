"""The enclosures of an entry, and the picture that stands for it or for a feed."""

import re

from ingest.base.models import Enclosure
from ingest.parse.xml.links import linked
from ingest.parse.xml.node import Node
from ingest.parse.xml.scope import address
from ingest.parse.xml.tables import MEDIA_GROUPS, MOST_OF_EACH

_IMAGE_ADDRESS = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|\?)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_FILE_ADDRESS = re.compile(r"(?:https?:/|\.{0,2})/(?:(?!\shttps?://)[^\n<>])+", re.IGNORECASE)
_ADDRESS_ATTRIBUTES = ("url", "href", "src", "rdf:resource", "resource")
_ENCLOSURES = ("enclosure", "enc:enclosure")
_PICTURES = ("itunes:image", "itunes:link", "googleplay:image")
_NAMED = frozenset((*_PICTURES, "image"))
_MEDIA = frozenset(("media:thumbnail", *MEDIA_GROUPS))
FILE_ELEMENTS = _NAMED.union(_MEDIA, _ENCLOSURES)


def enclosures_of(item: Node) -> tuple[Enclosure, ...]:
    """Attached files, then the sounds and films of Media RSS. What they say is taken with the rows of media."""
    found: dict[str, Enclosure] = {}
    attached = _attached(item)
    sounds = [file for file in media_files(item) if medium(file) in ("audio", "video")]
    for file in [*attached, *sounds]:
        if len(found) < MOST_OF_EACH and (one := _enclosure(file)):
            found.setdefault(one.url, one)
    return tuple(found.values())


def _attached(item: Node) -> list[Node]:
    """The elements that attach files, then the links that do."""
    return [*item.among(_ENCLOSURES), *linked(item).get("enclosure", ())]


def media_files(item: Node) -> list[Node]:
    """The media:content elements of an entry and of its groups."""
    if not item.has(MEDIA_GROUPS):
        return []
    return list(item.within(("media:content",), MEDIA_GROUPS))


def medium(file: Node) -> str:
    """ "audio", "video", "image" …; "" where it is not said."""
    return (file.peek("medium") or file.peek("type")).lower().partition("/")[0]


def file_address(file: Node) -> tuple[str, Node, str] | None:
    """The address of a file as it is written, and the attribute, or text ("#"), of which element says it."""
    for attribute in _ADDRESS_ATTRIBUTES:
        if url := file.peek(attribute):
            return url, file, attribute
    if file.name != "enclosure":
        return None
    for said in file.all("url", "link") or [file]:  # as some write it
        if _FILE_ADDRESS.fullmatch(url := said.words()):
            return url, said, "#"
    return None


def _enclosure(file: Node) -> Enclosure | None:
    found = file_address(file)
    if not found:
        return None
    given = found[0]
    size = next((size for name in ("length", "fileSize", "enc:length") if (size := file.peek(name))), "")
    length = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0
    kind = file.peek("type") or file.peek("enc:type")
    return Enclosure(address(file, given), kind or None, length or None)  # RSS 2.0: 0 where it is not known


def picture_of(node: Node) -> str | None:
    """The address of an entry's or a feed's own picture."""
    return _named_picture(node) or _media_picture(node) or _enclosed_picture(node)


def _named_picture(node: Node) -> str | None:
    if not node.has(_NAMED):
        return None
    for picture in node.among(_PICTURES):
        for name in ("href", "url"):
            if url := picture.get(name):
                return address(picture, url)
    for image in node.all("image"):
        for inner in image.all("url", "href"):
            if inner.words():
                return address(inner, inner.text())
        if not len(image.element) and _ADDRESS.fullmatch(image.words()):
            return image.text()
        if url := image.get("href") or image.get("url"):
            return address(image, url)
    return None


def _media_picture(node: Node) -> str | None:
    if not node.has(_MEDIA):
        return None
    for picture in node.within(("media:thumbnail",), MEDIA_GROUPS):
        if url := picture.get("url"):
            return address(picture, url)
    for file in media_files(node):
        kind, url = medium(file), file.peek("url")
        if url and (kind == "image" or (not kind and _IMAGE_ADDRESS.search(url))):
            return address(file, url)
    return None


def _enclosed_picture(node: Node) -> str | None:
    for child in _attached(node):
        url = child.peek("href") or child.peek("url")
        if url and child.peek("type").startswith("image/"):
            return address(child, url)
    return None
