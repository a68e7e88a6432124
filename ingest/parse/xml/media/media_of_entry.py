"""All that goes with an entry, in the document's order: enclosures, Media RSS, what podcasts say."""

from collections.abc import Iterator

from ingest.base.models import Media
from ingest.parse.xml.files import file_address
from ingest.parse.xml.links import linked, relation
from ingest.parse.xml.media.durations import read_duration, read_number
from ingest.parse.xml.media.found_files import FoundFile, gathered, said_in
from ingest.parse.xml.media.kinds import file_kind
from ingest.parse.xml.media.media_rss import MEDIA_RSS, media_rss_files
from ingest.parse.xml.media.podcast_files import PODCAST_FILES
from ingest.parse.xml.node import Node
from ingest.parse.xml.scope import address

_ENCLOSURE = {
    "type": "type",
    "enc:type": "type",
    "length": "length",
    "fileSize": "length",
    "enc:length": "length",
    "title": "title",
    "hreflang": "language",
    "duration": "duration",
}
_ENCLOSED = "enclosure"
_CHAPTERS = "http://podlove.org/simple-chapters"  # the relation of an Atom link
_DURATIONS = ("itunes:duration", "googleplay:duration", "podcast:duration", "duration", "dcterms:extent")
_SEASONS = ("podcast:season", "itunes:season")  # the former has decimals
_EPISODES = ("podcast:episode", "itunes:episode")
_LINKS = frozenset({"atom:link", "link"})
_SAYING = frozenset((*MEDIA_RSS, *PODCAST_FILES, "enclosure", "enc:enclosure", "atom:content"))
MEDIA_ELEMENTS = _SAYING.union(_DURATIONS, _SEASONS, _EPISODES) - {"atom:content"}
_WITH_LINKS = _SAYING | _LINKS


def media_of(item: Node) -> tuple[Media, ...]:
    """What goes with an entry. To be asked after its texts, since a description may be the entry's own."""
    links = linked(item)
    saying = _WITH_LINKS if _ENCLOSED in links or _CHAPTERS in links else _SAYING
    return gathered(_files(item, saying)) if item.has(saying) else ()


def _files(item: Node, saying: frozenset[str]) -> Iterator[FoundFile]:
    by_media_rss = media_rss_files(item) if item.has(MEDIA_RSS) else {}
    for child in item.among(saying):
        if child.name in _LINKS:
            if child.attributes:
                yield from _link(child)
        elif child in by_media_rss:
            yield from by_media_rss[child]
        elif read := PODCAST_FILES.get(child.name):
            yield from read(child)
        elif child.name in ("enclosure", "enc:enclosure"):
            yield from _enclosure(child)
        elif child.name == "atom:content" and child.peek("src"):
            yield from _content_elsewhere(child)


def _enclosure(node: Node) -> Iterator[FoundFile]:
    if found := file_address(node):
        url, said, what = found
        yield _file(node, url, (said, what))


def _link(link: Node) -> Iterator[FoundFile]:
    said = relation(link)
    if said not in (_ENCLOSED, _CHAPTERS) or not (href := link.peek("href")):
        return
    if said == _ENCLOSED:
        yield _file(link, href, (link, "href"), (link, "rel"))
    else:
        url = address(link, href)
        yield FoundFile(
            "chapters", url, tuple(said_in(link, {"type": "type"})), ((link, "href"), (link, "rel"))
        )


def _content_elsewhere(content: Node) -> Iterator[FoundFile]:
    """The content of an entry that is a picture, sound or film (RFC 4287, 4.1.3.2)."""
    if content.peek("type").lower().startswith(("image/", "audio/", "video/")):
        yield _file(content, content.peek("src"), (content, "src"))


def _file(node: Node, url: str, *how: tuple[Node, str]) -> FoundFile:
    kind = file_kind(url, node.peek("type") or node.peek("enc:type"))
    return FoundFile(kind, address(node, url), tuple(said_in(node, _ENCLOSURE)), how)


def duration_of(item: Node, media: tuple[Media, ...] = ()) -> float | None:
    """Seconds, of the entry or else of the first of its sounds and films that says it."""
    found: float | None = None
    for node in item.among(_DURATIONS):
        seconds = read_duration(node.words())
        if seconds is not None and found in (None, seconds):
            found = seconds
            node.text()
    if found or not media:
        return found
    return next((one.duration for one in media if one.kind in ("audio", "video") and one.duration), None)


def season_of(item: Node) -> float | None:
    return _number(item.among(_SEASONS))


def episode_of(item: Node) -> float | None:
    return _number(item.among(_EPISODES))


def _number(nodes: list[Node]) -> float | None:
    """The first that is a number; those that say the same are taken as well."""
    found: float | None = None
    for node in nodes:
        number = read_number(node.words())
        if number is not None and found in (None, number):
            found = number
            node.text()
    return found
