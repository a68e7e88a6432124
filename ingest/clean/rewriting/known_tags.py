"""The tags of well-written bodies, as the walk over a body takes them. Pure.

Bodies have most of their tags alike: what is written for one is remembered where it depends on nothing but the tag.
"""

import re
from enum import IntEnum
from typing import NamedTuple

from ingest.clean.anchors import Anchors
from ingest.clean.attributes import RENAMED, element_attributes
from ingest.clean.embeds import elements
from ingest.clean.html_writer import start_tag
from ingest.clean.pictures import images
from ingest.clean.rewriting import code_lines, forummagnum, maths
from ingest.clean.rewriting.inline_styles import said_by_style
from ingest.clean.rewriting.places import (
    END_PARAGRAPH,
    IN_BODIES,
    LEFT_OUT,
    MARKS_OF_BODIES,
    PARENTS,
    PASSED_OVER,
    UNKEPT,
    VOID_IN_BODIES,
)
from ingest.clean.rewriting.well_written import TreeNeeded, said_attributes
from ingest.clean.sanitise import ALLOWED, EVERYWHERE, permitted_value

_SPACE = r"[ \t\n]"
_TAG = re.compile(
    rf"!--[^<>-]++(?:-[^<>-]++)*+--|(/?)([a-zA-Z][a-zA-Z0-9]*+)"
    rf"""((?:{_SPACE}++[a-zA-Z][a-zA-Z0-9_-]*+(?:{_SPACE}*+={_SPACE}*+(?:"[^"<>]*+"|'[^'<>]*+'))?+)*+)"""
    rf"{_SPACE}*+(/?)"
)
_LINK = re.compile(r'a href="([^"<>&]{1,50000})"')
_MATTERS_TO_IDS = re.compile(rf"(?i)\s(?:id|name)\b|^(?:{'|'.join(sorted(LEFT_OUT))})\b")
_CLASSES = code_lines.LINE_CLASSES | forummagnum.BLOCK_CLASSES | maths.FORMULA_CLASSES
_BACKGROUNDS = frozenset(images.BACKGROUNDS)
_WRITTEN_OTHERWISE = frozenset({"a", "iframe", "img"})  # by what they say
# Of elements of which nothing else says anything.
_ATTRIBUTES = {
    tag: names | EVERYWHERE | {"name", "style"}
    for tag, names in ALLOWED.items()
    if tag not in ("code", "img", "pre")
}
_OF_A_BODY = frozenset({"cite", "id"})  # attributes that say another thing in each
_MOST_KNOWN = 4096
_LONGEST_KNOWN = 200  # characters
_NO_ANCHORS = Anchors(set, "", None)


class Place(IntEnum):
    COMMENT = 0
    END = 1
    PHRASE = 2  # where words may stand
    BLOCK = 3  # there, but in no paragraph
    PART = 4  # of a list or table
    LEFT_OUT = 5  # with what it holds


class SaidElement(NamedTuple):
    """An element, of which nothing is known but its tag."""

    tag: str
    attributes: dict[str, str | None]

    def text(self) -> str:
        return ""


class BodyTag(NamedTuple):
    place: Place
    name: str  # in lower case
    start: str = ""  # what is written for it
    end: str | None = None  # what ends it; None where nothing is in it
    mark: str = ""  # what it is in the text
    said: dict[str, str | None] | None = None  # the attributes, where what is written depends on the body


_NO_TAG = BodyTag(Place.COMMENT, "")
KNOWN_TAGS: dict[str, BodyTag] = {}
_ALIKE: dict[tuple[object, ...], tuple[str, str] | None] = {}


def body_tag(written: str) -> BodyTag:
    """The tag that is written between "<" and ">". Raises TreeNeeded."""
    if known := KNOWN_TAGS.get(written):
        return known
    tag = _read(written)
    if tag.said is None and len(written) <= _LONGEST_KNOWN:
        if len(KNOWN_TAGS) >= _MOST_KNOWN:
            KNOWN_TAGS.clear()
        KNOWN_TAGS[written] = tag
    return tag


def ids_in_tags(pieces: list[str]) -> set[str]:
    """As `ids_of` a tree, of HTML that was split at "<"."""
    found: set[str | None] = set()
    left_out = ""
    for piece in pieces:
        inside = piece.partition(">")[0]
        if left_out:
            left_out = left_out if inside.lower() != left_out else ""
            continue
        if not _MATTERS_TO_IDS.search(inside):  # which the walk over the body takes, and none else
            continue
        tag = body_tag(inside)
        if tag.place is Place.LEFT_OUT:
            left_out = f"/{tag.name}"
        elif tag.said and ("id" in tag.said or (tag.name == "a" and "name" in tag.said)):
            found |= {tag.said.get("id"), tag.said.get("name")}
    return {one for one in found if one}


def tags_written_alike(name: str, said: dict[str, str | None]) -> tuple[str, str] | None:
    """The tags that an element gets wherever it stands; None of one that takes a look at what it stands beside."""
    key = (name, *said.items())
    if key in _ALIKE:
        return _ALIKE[key]
    tags = _tags_of(name, said)
    if sum([len(value or "") for value in said.values()]) <= _LONGEST_KNOWN and len(said) < _LONGEST_KNOWN:
        if len(_ALIKE) >= _MOST_KNOWN:
            _ALIKE.clear()
        _ALIKE[key] = tags
    return tags


def _tags_of(name: str, said: dict[str, str | None]) -> tuple[str, str] | None:
    if name not in IN_BODIES or name in UNKEPT or "xml:base" in said:
        return None
    try:
        tag = _start(name, said)
    except TreeNeeded:
        return None
    return None if tag.said is not None else (tag.start, tag.end or "")


def _read(written: str) -> BodyTag:
    if link := _LINK.fullmatch(written):
        return BodyTag(Place.PHRASE, "a", "", "</a>", "", {"href": link[1]})
    found = _TAG.fullmatch(written)
    if not found:
        raise TreeNeeded
    slash, name, attributes, closed = found.groups("")
    if not name:
        return _NO_TAG
    name = name.lower()
    void = name in VOID_IN_BODIES
    if (slash and (attributes or closed)) or (closed and not void):
        raise TreeNeeded
    if name in PASSED_OVER and not attributes:
        return _NO_TAG
    if name not in IN_BODIES and (name not in LEFT_OUT or slash):
        raise TreeNeeded
    if slash:
        return BodyTag(Place.END, name, mark=MARKS_OF_BODIES[name])
    return _start(name, said_attributes(attributes) if attributes else {})


def _start(name: str, said: dict[str, str | None]) -> BodyTag:
    tag = RENAMED.get(name, name)
    alike = _is_written_alike(name, tag, said)
    if name in LEFT_OUT:
        return BodyTag(Place.LEFT_OUT, name)
    if name in UNKEPT:
        return BodyTag(Place.PHRASE, name)
    place = Place.BLOCK if name in END_PARAGRAPH else Place.PART if name in PARENTS else Place.PHRASE
    end = None if name in VOID_IN_BODIES else f"</{tag}>" if name != "iframe" else ""
    mark = MARKS_OF_BODIES[name]
    if alike:
        start = start_tag(tag, element_attributes(tag, said, _NO_ANCHORS, None))
        return BodyTag(place, name, start, end, mark)
    return BodyTag(place, name, "", end, mark, _that_matter(tag, said))


def _that_matter(tag: str, said: dict[str, str | None]) -> dict[str, str | None]:
    """Those of the attributes from which something follows: one alone, or else all, in their order."""
    if tag not in _ATTRIBUTES:
        return said
    kept = _ATTRIBUTES[tag].intersection(said)
    if "class" in kept and permitted_value(tag, "class", said["class"] or "") is None:
        kept -= {"class"}
    return {name: said[name] for name in kept} if len(kept) == 1 else said


def _is_written_alike(name: str, tag: str, said: dict[str, str | None]) -> bool:
    """Whether a start tag is written alike in each body. Raises TreeNeeded."""
    if not said:
        return name not in _WRITTEN_OTHERWISE
    if "class" in said and not _CLASSES.isdisjoint((said["class"] or "").split()):
        raise TreeNeeded
    if name in ("iframe", "img"):
        return False
    if _is_more_than_written(SaidElement(name, said), tag):
        raise TreeNeeded
    style = said.get("style") or ""
    return (
        name != "a"
        and _OF_A_BODY.isdisjoint(said)
        and "display" not in style.lower()
        and (not style or said_by_style(style, tag) == ())
    )


def _is_more_than_written(element: SaidElement, tag: str) -> bool:
    """Whether an element may be shown otherwise than its name says."""
    said = element.attributes
    match tag:
        case "input":
            return (said.get("type") or "").strip().lower() == "checkbox"
        case "script" if (said.get("type") or "").startswith("math/tex"):
            return True
        case "div" | "figure" | "section" | "span" if not _BACKGROUNDS.isdisjoint(said):
            return True
    return elements.may_be_filled(element)
