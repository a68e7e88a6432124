"""What elements say of files, gathered so that each file is one row; what no row says is left for `extra`."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ingest.base.models import Media, MediaKind
from ingest.parse.xml.media.durations import read_duration, read_whole
from ingest.parse.xml.node import Node

MOST_FILES = 1000  # of an entry; what is beyond goes to `extra`


class FieldSaid(NamedTuple):
    """A value of a field of Media, with the attributes, or text ("#"), that say it."""

    field: str
    value: Any
    by: tuple[tuple[Node, str], ...]

    def take(self) -> None:
        for node, what in self.by:
            node.take(what)


class FoundFile(NamedTuple):
    """A file as an element says it: `url` is resolved already; what is said first comes before what is said of many."""

    kind: MediaKind
    url: str | None
    said: tuple[FieldSaid, ...] = ()
    how: tuple[tuple[Node, str], ...] = ()  # what says its kind or its address


def gathered(files: Iterable[FoundFile]) -> tuple[Media, ...]:
    """The rows, each address once, with all that is said of it; of two values of one field the first."""
    rows: dict[object, tuple[FoundFile, dict[str, Any]]] = {}  # the first of each address, and its fields
    for number, file in enumerate(files):
        key = file.url if file.url and file.kind != "chapter" else number
        if key not in rows:
            if len(rows) >= MOST_FILES:
                continue
            rows[key] = file, {}
        for node, what in file.how:
            node.take(what)
        fields = rows[key][1]
        for one in file.said:
            if fields.setdefault(one.field, one.value) == one.value:
                one.take()
    return tuple([Media(file.kind, file.url, **fields) for file, fields in rows.values()])


_READ = {
    "length": read_whole,
    "width": read_whole,
    "height": read_whole,
    "duration": read_duration,
}


def said_in(node: Node, attributes: dict[str, str]) -> Iterator[FieldSaid]:
    """What attributes of an element say: by attribute, the field."""
    for attribute, field in attributes.items():
        if text := node.peek(attribute):
            read = _READ.get(field)
            value = read(text) if read else text
            if value is not None:
                yield FieldSaid(field, value, ((node, attribute),))


def said_by(field: str, nodes: Iterable[Node]) -> Iterator[FieldSaid]:
    """What the text of the first of these elements says that has one."""
    for node in nodes:
        if words := node.words():
            yield FieldSaid(field, words, ((node, "#"),))
            return
