"""What podcasts say of an episode's files: transcripts, chapters, other forms of the file, pictures.

https://podcasting2.org/docs/podcast-namespace, https://podlove.org/simple-chapters, Apple's and Google's elements.
"""

import re
from collections.abc import Callable, Iterator

from ingest.base.models import MediaKind
from ingest.parse.xml.media.durations import read_start, read_whole
from ingest.parse.xml.media.found_files import FieldSaid, FoundFile, said_in
from ingest.parse.xml.node import Node
from ingest.parse.xml.scope import address

_MOST_IN_SRCSET = 50
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_SRCSET = re.compile(r"([^\s,]\S*[^\s,])(?:\s+(\d{1,6})w|\s+[\d.]{1,6}x)?\s*(?:,|$)", re.ASCII)
_IMAGE = {"alt": "description", "type": "type", "width": "width", "height": "height"}
_FORM = {"type": "type", "length": "length", "title": "title", "lang": "language", "height": "height"}


def _picture(node: Node) -> Iterator[FoundFile]:
    """A picture whose address is an attribute, an element or the text."""
    for attribute in ("href", "url", "src", "image"):
        if url := node.peek(attribute):
            yield FoundFile("image", address(node, url), tuple(said_in(node, _IMAGE)), ((node, attribute),))
            return
    for inner in node.all("url", "href"):
        if url := inner.words():
            yield FoundFile("image", address(inner, url), tuple(_of_rss_image(node)), ((inner, "#"),))
            return
    if not len(node.element) and _ADDRESS.fullmatch(url := node.words()):
        yield FoundFile("image", url, (), ((node, "#"),))


def _of_rss_image(image: Node) -> Iterator[FieldSaid]:
    for name in ("title", "width", "height"):
        for inner in image.all(name):
            value = inner.words() if name == "title" else read_whole(inner.words())
            if value:
                yield FieldSaid(name, value, ((inner, "#"),))


def _pictures(node: Node) -> Iterator[FoundFile]:
    """The widest of podcast:images."""
    found = [
        (int(width or 0), url)
        for url, width in _SRCSET.findall(node.peek("srcset")[:20_000])[:_MOST_IN_SRCSET]
    ]
    if found:
        width, url = max(found, key=lambda one: one[0])
        said = (FieldSaid("width", width, ()),) if width else ()
        # The smaller ones have no row, so that all of it is left.
        yield FoundFile("image", address(node, url), said, ((node, "srcset"),) if len(found) == 1 else ())


def _transcript(node: Node) -> Iterator[FoundFile]:
    return _linked(node, "transcript", {"type": "type", "language": "language", "length": "length"})


def _chapter_list(node: Node) -> Iterator[FoundFile]:
    return _linked(node, "chapters", {"type": "type"})


def _linked(node: Node, kind: MediaKind, fields: dict[str, str]) -> Iterator[FoundFile]:
    if url := node.peek("url") or node.peek("href"):
        what = "url" if node.peek("url") else "href"
        yield FoundFile(kind, address(node, url), tuple(said_in(node, fields)), ((node, what),))


def _chapters(node: Node) -> Iterator[FoundFile]:
    for chapter in node.all("psc:chapter"):
        start = read_start(chapter.peek("start"))
        if start is None:
            continue
        said = (FieldSaid("start", start, ((chapter, "start"),)), *said_in(chapter, {"title": "title"}))
        href = chapter.peek("href")
        how = ((chapter, "href"),) if href else ()
        yield FoundFile("chapter", address(chapter, href) or None, said, how)
    node.take("version")


def _other_form(node: Node) -> Iterator[FoundFile]:
    """Another form of the file, at each address that it has."""
    for source in node.all("podcast:source"):
        if url := source.peek("uri") or source.peek("url"):
            what = "uri" if source.peek("uri") else "url"
            own = said_in(source, {"contentType": "type"})
            said = (*own, *said_in(node, _FORM))
            yield FoundFile("alternate", address(source, url), said, ((source, what),))


def _rawvoice_form(node: Node) -> Iterator[FoundFile]:
    if url := node.peek("src") or node.peek("url"):
        what = "src" if node.peek("src") else "url"
        said = tuple(said_in(node, {"type": "type", "length": "length"}))
        yield FoundFile("alternate", address(node, url), said, ((node, what),))


# By the name of an element of an entry: a further one takes a line.
PODCAST_FILES: dict[str, Callable[[Node], Iterator[FoundFile]]] = {
    "itunes:image": _picture,
    "googleplay:image": _picture,
    "image": _picture,
    "thumbnail": _picture,
    "featuredImage": _picture,
    "featured_image": _picture,
    "fullimage": _picture,
    "webfeeds:cover": _picture,
    "webfeeds:featuredImage": _picture,
    "rawvoice:poster": _picture,
    "podcast:image": _picture,
    "podcast:images": _pictures,
    "podcast:transcript": _transcript,
    "podcast:chapters": _chapter_list,
    "psc:chapters": _chapters,
    "podcast:alternateEnclosure": _other_form,
    "rawvoice:mp4": _rawvoice_form,
    "rawvoice:webm": _rawvoice_form,
    "rawvoice:ogg": _rawvoice_form,
}
