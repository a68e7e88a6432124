"""Rewrite HTML that is written so well that its tags say what tree a parser would make of it. Pure.

Most bodies are: of the usual elements, each closed in its order, none that implies or moves another. Of these `rewrite`
needs no tree, and what it would write follows tag by tag. Anything else is None here, and read by the parser; whatever
comes out, `sanitise` follows.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from ingest.base.plain_text import unescape, visible, without_surrogates
from ingest.clean.anchors import Anchors
from ingest.clean.attributes import RENAMED, element_attributes
from ingest.clean.embeds import elements
from ingest.clean.html_writer import escaped, start_tag
from ingest.clean.pictures import images
from ingest.clean.pictures.written_out import MOST_DATA_PICTURES
from ingest.clean.rewriting import code_lines, forummagnum, maths
from ingest.clean.rewriting.inline_styles import said_by_style
from ingest.clean.rewriting.other_schemes import address_as_text
from ingest.clean.rewriting.well_written import (
    LONGEST_PIECE,
    TreeNeeded,
    said_attributes,
    text_with_references,
)

_LONGEST = 1_000_000  # characters
_DEEPEST = 200  # open elements: far below what `bounded` and the parser allow
_MOST_TAGS = 50_000

_SPACE = r"[ \t\n]"
_TAG = re.compile(
    rf"<(?:!--[^<>-]++(?:-[^<>-]++)*+--|(/?)([a-zA-Z][a-zA-Z0-9]*+)"
    rf"""((?:{_SPACE}++[a-zA-Z][a-zA-Z0-9_-]*+(?:{_SPACE}*+={_SPACE}*+(?:"[^"<>]*+"|'[^'<>]*+'))?+)*+)"""
    rf"{_SPACE}*+(/?))>"
)

_PHRASES = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup"
    " time tt u var".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
# All of them end a paragraph that is open.
_BLOCKS = _HEADINGS | frozenset(
    "address article aside blockquote center details div dl figcaption figure footer header hr main nav ol p pre"
    " section summary table ul".split()
)
_VOID = frozenset("br hr img wbr".split())
_LISTS = frozenset({"ol", "ul"})
_IMPLIED = "(tbody)"  # opened by the first row of a table
_ROW_GROUPS = frozenset({"tbody", "tfoot", "thead"})
_PARENTS = {
    "li": _LISTS,
    **dict.fromkeys(("dd", "dt"), frozenset({"dl"})),
    **dict.fromkeys(("caption", *_ROW_GROUPS), frozenset({"table"})),
    "tr": _ROW_GROUPS | {_IMPLIED},
    **dict.fromkeys(("td", "th"), frozenset({"tr"})),
}
# What has no other elements in it than those above, and of a table no words either.
_TABLE_PARTS = _ROW_GROUPS | {_IMPLIED, "table", "tr"}
_HOLD_NO_OTHERS = _LISTS | _TABLE_PARTS | {"iframe"}
_KNOWN = _PHRASES | _BLOCKS | _VOID | _PARENTS.keys() | {"iframe"}
_NEVER_PLAIN = frozenset({"a", "iframe", "img"})
_PLAIN = {
    name: (f"<{tag}>", "" if tag in _VOID else f"</{tag}>")
    for name in sorted(_KNOWN - _NEVER_PLAIN)
    for tag in [RENAMED.get(name, name)]
}
_ENDED_WITH_OTHERS = frozenset({"dd", "dt", "li", "p", "span"})  # which are not opened again
_CODE = frozenset({"code", "pre", "tt"})
_CLASSES = code_lines.LINE_CLASSES | forummagnum.BLOCK_CLASSES | maths.FORMULA_CLASSES
_TELLING = elements.TELLING_ATTRIBUTES | frozenset(images.BACKGROUNDS)

_Said = Mapping[str, str | None]


class _Element(NamedTuple):
    tag: str
    attributes: dict[str, str | None]

    def text(self) -> str:
        return ""


class _Link:
    """An open link, whose title is that of its address where it shows pictures without a word."""

    def __init__(
        self, place: int, attributes: list[tuple[str, str | None]], titled: bool, address: str
    ) -> None:
        self.place = place
        self.attributes = attributes
        self.titled = titled
        self.address = address
        self.pictures = 0
        self.words: list[str] = []


def rewrite_written_well(html: str, prefix: str, base: str | None, url: str | None) -> str | None:
    """What `rewrite` writes of it; None where that takes a tree."""
    if len(html) > _LONGEST or "\r" in html or "\0" in html or without_surrogates(html) is not html:
        return None
    first, *rest = _TAG.split(html)
    if html.count("<") * 5 != len(rest) or len(rest) > 5 * _MOST_TAGS:
        return None
    try:
        anchors = Anchors(lambda: _ids(rest), prefix, url)
        return "".join(_Writer(anchors, base).write(first, zip(*[iter(rest)] * 5, strict=True)))
    except TreeNeeded:
        return None


def _ids(tags: list[str]) -> set[str]:
    """As `ids_of` a tree."""
    found: set[str | None] = set()
    for name, written in zip(tags[1::5], tags[2::5], strict=True):
        said = said_attributes(written) if written else {}
        if "id" in said or ("name" in said and name in "aA"):
            found |= {said.get("id"), said.get("name")}
    return {one for one in found if one}


class _Writer:
    def __init__(self, anchors: Anchors, base: str | None) -> None:
        self.base = base
        self.anchors = anchors
        self.open: list[str] = []  # names
        self.ends: list[str] = []  # their end tags
        self.paragraph = False
        self.link: _Link | None = None
        self.pieces: list[str] = []
        self.styles: list[
            tuple[int, list[str]]
        ] = []  # how deep these stand for the style of an element, innermost last
        self.styled: Counter[str] = Counter()  # the same

    def write(self, first: str, tags: Iterator[tuple[str, ...]]) -> list[str]:
        pieces, open_, ends = self.pieces, self.open, self.ends
        self._text(first)
        for slash, name, attributes, closed, text in tags:
            if name is None:  # a comment
                self._text(text)
                continue
            if name not in _KNOWN:
                name = name.lower()
            if slash:
                if attributes or closed:
                    raise TreeNeeded
                self._end(name)
            else:
                self._check(name, closed)
                start, end = (
                    self._tags(name, attributes) if attributes or name in _NEVER_PLAIN else _PLAIN[name]
                )
                pieces.append(start)
                if name not in _VOID:
                    open_.append(name)
                    ends.append(end)
                if name == "pre":
                    text = text.removeprefix("\n")
            if text:
                self._text(text)
        while open_:
            self._close()
        return pieces

    def _end(self, name: str) -> None:
        if name in _VOID and name != "br":  # which the parser passes over
            return
        if name == "table" or name in _ROW_GROUPS:
            self._end_implied()
        if name == "span" and not (self.open and self.open[-1] in _PHRASES):
            return
        if name in _BLOCKS or name in _PARENTS:
            self._close_within(name)
        if not self.open or self.open[-1] != name:
            raise TreeNeeded
        self._close()

    def _close_within(self, name: str | None) -> None:
        """Close what the end of an element, or one that begins, closes within it."""
        while self.open and self.open[-1] in _ENDED_WITH_OTHERS and self.open[-1] != name:
            self._close()

    def _close(self) -> None:
        name = self.open.pop()
        if name == "p":
            self.paragraph = False
        if self.styles and self.styles[-1][0] == len(self.open):
            self.styled.subtract(self.styles.pop()[1])
        self.pieces.append(self.ends.pop())
        if name == "a":
            self._end_link()

    def _end_paragraph(self) -> None:
        while self.open and self.open[-1] == "span":
            self._close()
        if self.open and self.open[-1] == "p":
            self._close()

    def _end_implied(self) -> None:
        if self.open and self.open[-1] == _IMPLIED:
            self.open.pop()
            self.pieces.append(self.ends.pop())

    def _check(self, name: str, closed: str) -> None:
        """Whether the parser puts an element where it stands, and closes none before it."""
        if name in _ROW_GROUPS:
            self._end_implied()
        parent = self.open[-1] if self.open else ""
        if name == "tr" and parent == "table":
            parent = _IMPLIED
            self.open.append(_IMPLIED)
            self.ends.append("</tbody>")
            self.pieces.append("<tbody>")
        if name in _BLOCKS:
            if self.paragraph and name != "table":
                self._end_paragraph()
                parent = self.open[-1] if self.open else ""
            if self.paragraph or (parent in _HEADINGS and name in _HEADINGS):
                raise TreeNeeded
            self.paragraph = name == "p"
        elif name in _PARENTS:
            if parent in _ENDED_WITH_OTHERS:
                self._close_within(None)
                parent = self.open[-1] if self.open else ""
            if parent not in _PARENTS[name]:
                raise TreeNeeded
        elif name not in _KNOWN:
            raise TreeNeeded
        if (
            (parent in _HOLD_NO_OTHERS and name not in _PARENTS)
            or (closed and name not in _VOID)
            or (name == "a" and self.link)
            or len(self.open) > _DEEPEST
        ):
            raise TreeNeeded

    def _text(self, text: str) -> None:
        if len(text) > LONGEST_PIECE:
            raise TreeNeeded
        parent = self.open[-1] if self.open else ""
        if parent in _HOLD_NO_OTHERS and parent not in _LISTS and (parent == "iframe" or text.strip(" \t\n")):
            raise TreeNeeded
        if self.link:
            self.link.words.append(text)
        if "&" in text:
            text = text_with_references(text)
        self.pieces.append(text.replace(">", "&gt;").replace("\xa0", "&nbsp;"))

    def _tags(self, name: str, written: str) -> tuple[str, str]:
        said = said_attributes(written)
        if "class" in said and not _CLASSES.isdisjoint((said["class"] or "").split()):
            raise TreeNeeded
        if name == "img":
            return self._image(_Element(name, said)), ""
        if name == "iframe":
            return self._frame(_Element(name, said)), ""
        if not _TELLING.isdisjoint(said):
            raise TreeNeeded
        styled = self._styled(name, said["style"] or "") if "style" in said else []
        tag = RENAMED.get(name, name)
        attributes = list(element_attributes(tag, said, self.anchors, self.base))
        if tag != "a":
            start = "".join(f"<{one}>" for one in styled)
            end = "".join(f"</{one}>" for one in reversed(styled))
            return start_tag(tag, attributes) + start, f"{end}</{tag}>"
        if styled:
            raise TreeNeeded
        self.link = _Link(len(self.pieces), attributes, "title" in said, (said.get("href") or "").strip())
        return start_tag(tag, attributes), "</a>"

    def _styled(self, name: str, style: str) -> list[str]:
        """The elements that say what a style says, but for those that are open already."""
        said = said_by_style(style, RENAMED.get(name, name))
        if said is None or ("display" in style.lower() and not _CODE.isdisjoint(self.open)):
            raise TreeNeeded
        names = [one for one in said if not self.styled[one]]
        if names and name in _VOID:
            raise TreeNeeded
        if names:
            self.styled.update(names)
            self.styles.append((len(self.open), names))
        return names

    def _image(self, image: _Element) -> str:
        if maths.is_image_of_formula(image):
            raise TreeNeeded
        if self.link:
            self.link.pictures += 1
            if image.attributes.get("alt"):
                self.link.titled = True
        written = images.image(image, self.base, MOST_DATA_PICTURES)
        if ' src="data:' in written:
            raise TreeNeeded
        return written

    def _frame(self, frame: _Element) -> str:
        found = elements.frame(frame, self.base)
        # Only the tree tells whether a quotation before it has its link, or what is written into it.
        if found is None or "</blockquote>" in self.pieces[-6:]:
            raise TreeNeeded
        return found.link

    def _end_link(self) -> None:
        link, self.link = self.link, None
        if not link:
            return
        target = dict(link.attributes).get("href")
        words = "".join(map(unescape, link.words))
        if target is None and link.address:
            self.pieces.append(escaped(address_as_text(link.address, words) or ""))
        if link.titled or not link.pictures:
            return
        if (
            link.place == 1 and not self.pieces[0]
        ):  # a body's first element, in which the parser finds no pictures
            raise TreeNeeded
        if not visible(words):
            title = ("title", urlsplit(target or "").hostname)
            self.pieces[link.place] = start_tag("a", [*link.attributes, title])
