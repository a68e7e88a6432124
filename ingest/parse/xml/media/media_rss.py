"""Media RSS 1.5.1 (https://www.rssboard.org/media-rss): contents and groups, and what an entry or group says for all
of its contents.

A group has the same in several forms: the default or first one is the file, the others of its kind are alternates.
Pictures are all pictures, since feeds put different ones into a group.
"""

import html
from collections.abc import Iterator, Sequence

from ingest.base.models import MediaKind
from ingest.parse.xml.media.durations import read_start
from ingest.parse.xml.media.found_files import FieldSaid, FoundFile, said_by, said_in
from ingest.parse.xml.media.kinds import file_kind, says_kind
from ingest.parse.xml.node import Node
from ingest.parse.xml.scope import address

_CONTENT = {
    "type": "type",
    "fileSize": "length",
    "duration": "duration",
    "width": "width",
    "height": "height",
    "lang": "language",
}
_SIZE = {"width": "width", "height": "height"}
_TEXTS = {"media:title": "title", "media:description": "description", "media:credit": "credit"}
_TEXT_NAMES = frozenset(_TEXTS)
MEDIA_RSS = frozenset(
    "media:content media:group media:thumbnail media:player media:text media:subTitle media:scenes"
    " media:peerLink".split()
)


def media_rss_files(item: Node) -> dict[Node, list[FoundFile]]:
    """By child of an entry, the files that it says."""
    children = [child for child in item.children if child.name in MEDIA_RSS]
    around = tuple(_texts(item)) if children else ()
    return {child: list(_files(child, around)) for child in children}


def _files(node: Node, around: tuple[FieldSaid, ...]) -> Iterator[FoundFile]:
    if node.name == "media:group":
        yield from _of_group(node, around)
    elif node.name == "media:content":
        yield from _of_content(node, around)
    elif node.name == "media:thumbnail":
        yield from _at(node, "url", "image", _SIZE)
    elif node.name == "media:player":
        yield from _of_player(node, "alternate", around)
    elif node.name == "media:subTitle":
        yield from _at(node, "href", "transcript", {"type": "type", "lang": "language"})
    elif node.name == "media:peerLink":
        yield from _at(node, "href", "alternate", {"type": "type"})
    elif node.name == "media:text":
        yield from _of_text(node)
    elif node.name == "media:scenes":
        yield from _of_scenes(node)


def _of_group(group: Node, around: tuple[FieldSaid, ...]) -> Iterator[FoundFile]:
    inner = (*_texts(group), *around)
    default = next((c for c in group.all("media:content") if c.peek("isDefault").lower() == "true"), None)
    main = _kind(default) if default else None
    for child in group.children:
        for file in _files(child, inner):
            if child.name == "media:content" and file.kind in ("audio", "video"):
                if file.kind == main and child is not default:
                    file = file._replace(kind="alternate")
                elif main is None:
                    main = file.kind
                if child is default:
                    file = file._replace(how=(*file.how, (child, "isDefault")))
            yield file


def _kind(content: Node) -> MediaKind:
    return file_kind(content.peek("url"), content.peek("type"), content.peek("medium"))


def _of_content(content: Node, around: tuple[FieldSaid, ...]) -> Iterator[FoundFile]:
    inner = (*_texts(content), *around)
    url = content.peek("url")
    if url:
        how = [(content, "url")]
        if says_kind(content.peek("medium")):
            how.append((content, "medium"))
        said = (*said_in(content, _CONTENT), *inner)
        yield FoundFile(_kind(content), address(content, url), said, tuple(how))
    for child in content.children:
        if child.name == "media:player":
            yield from _of_player(child, "alternate" if url else _kind_of_player(content), inner)
        else:
            yield from _files(child, inner)


def _kind_of_player(content: Node) -> MediaKind:
    kind = file_kind("", content.peek("type"), content.peek("medium"))
    return kind if kind in ("audio", "video") else "video"


def _of_player(player: Node, kind: MediaKind, around: tuple[FieldSaid, ...]) -> Iterator[FoundFile]:
    """A page of the web with a player on it."""
    if url := player.peek("url"):
        said = (FieldSaid("type", "text/html", ()), *said_in(player, _SIZE), *around)
        yield FoundFile(kind, address(player, url), said, ((player, "url"),))


def _at(node: Node, attribute: str, kind: MediaKind, fields: dict[str, str]) -> Iterator[FoundFile]:
    if url := node.peek(attribute):
        yield FoundFile(kind, address(node, url), tuple(said_in(node, fields)), ((node, attribute),))


def _of_text(node: Node) -> Iterator[FoundFile]:
    """A passage of a transcript; not one in HTML, which feeds use for other things."""
    if node.words() and node.peek("type").lower() in ("", "plain", "text", "text/plain"):
        said = [*said_by("description", [node]), *said_in(node, {"lang": "language"})]
        said += _starting(node, "start")
        yield FoundFile("transcript", None, tuple(said), ((node, "type"),))


def _of_scenes(node: Node) -> Iterator[FoundFile]:
    for scene in node.all("media:scene"):
        said: list[FieldSaid] = []
        for name, field in (("sceneTitle", "title"), ("sceneDescription", "description")):
            said += said_by(field, scene.all(name, f"media:{name}"))
        for start in scene.all("sceneStartTime", "media:sceneStartTime"):
            if (seconds := read_start(start.words())) is not None:
                said.append(FieldSaid("start", seconds, ((start, "#"),)))
        if any(one.field == "start" for one in said):
            yield FoundFile("chapter", None, tuple(said))


def _starting(node: Node, attribute: str) -> Iterator[FieldSaid]:
    if (seconds := read_start(node.peek(attribute))) is not None:
        yield FieldSaid("start", seconds, ((node, attribute),))


def _texts(node: Node) -> Iterator[FieldSaid]:
    """Title, description and credit that an element has itself, without what is taken for the entry's own text."""
    if not node.has(_TEXT_NAMES):
        return
    for name, field in _TEXTS.items():
        said = [child for child in node.all(name) if child.words()]
        if field == "description":
            said = [child for child in said if not child.is_taken()]
        if field == "credit":
            yield from _credited(said)
        elif said:
            yield FieldSaid(field, _markup(said[0]), ((said[0], "#"), (said[0], "type")))


def _markup(node: Node) -> str:
    """What says that it is plain is; the rest, as `clean` finds it, since many feeds have HTML here."""
    words = node.words()
    return html.escape(words, quote=False) if node.peek("type").lower() == "plain" else words


def _credited(nodes: Sequence[Node]) -> Iterator[FieldSaid]:
    if nodes:
        names = dict.fromkeys(node.words() for node in nodes)
        yield FieldSaid("credit", ", ".join(names), tuple((node, "#") for node in nodes))
