"""Rewrite HTML that is written so well that its tags say what tree a parser would make of it. Pure.

Most bodies are: of the usual elements, each closed in its order, none that implies or moves another. Of these `rewrite`
needs no tree, and what it would write follows tag by tag. Anything else is None here, and read by the parser; whatever
comes out, `sanitise` follows.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from ingest.base.plain_text import visible, without_surrogates
from ingest.clean.anchors import Anchors
from ingest.clean.attributes import RENAMED, element_attributes
from ingest.clean.embeds import elements
from ingest.clean.extract_text import TextReader
from ingest.clean.html_writer import Attributes, escaped, link_tag, start_tag
from ingest.clean.pictures import images
from ingest.clean.pictures.written_out import MOST_DATA_PICTURES
from ingest.clean.rewriting import maths
from ingest.clean.rewriting.inline_styles import said_by_style
from ingest.clean.rewriting.known_tags import KNOWN_TAGS, Place, SaidElement, body_tag, ids_in_tags
from ingest.clean.rewriting.other_schemes import address_as_text
from ingest.clean.rewriting.places import (
    END_PARAGRAPH,
    ENDED_WITH_OTHERS,
    HEADINGS,
    HOLD_NO_OTHERS,
    HOLD_NO_WORDS,
    IMPLIED,
    MARKS_OF_BODIES,
    PARENTS,
    PHRASES,
    ROW_GROUPS,
    VOID_IN_BODIES,
)
from ingest.clean.rewriting.well_written import LONGEST_PIECE, TreeNeeded, with_characters
from ingest.clean.sanitise import permitted_value

_LONGEST = 1_000_000  # characters
_DEEPEST = 200  # open elements: far below what `bounded` and the parser allow
_MOST_TAGS = 50_000
_CODE = frozenset({"code", "pre", "tt"})
_CLOSED_WITH_CARE = frozenset({"a", "pre"})
_OUTSIDE = ""  # of all elements
_COMMENT, _END, _PHRASE, _BLOCK, _LEFT_OUT = (
    Place.COMMENT,
    Place.END,
    Place.PHRASE,
    Place.BLOCK,
    Place.LEFT_OUT,
)

_Said = Mapping[str, str | None]


class _Link:
    """An open link, whose title is that of its address where it shows pictures without a word."""

    def __init__(self, place: int, attributes: Attributes, target: str | None, said: _Said) -> None:
        self.place = place
        self.attributes = attributes
        self.target = target
        self.titled = "title" in said
        self.address = (said.get("href") or "").strip()
        self.pictures = 0
        self.words: list[str] = []


def rewrite_written_well(
    html: str, prefix: str, base: str | None, url: str | None, reader: TextReader | None = None
) -> str | None:
    """What `rewrite` writes of it, and reads with `reader`; None where that takes a tree."""
    if len(html) > _LONGEST or "\r" in html or "\0" in html or without_surrogates(html) is not html:
        return None
    first, *pieces = html.split("<")
    if len(pieces) > _MOST_TAGS:
        return None
    try:
        if not pieces:
            return _plain(html, reader or TextReader())
        writer = _Writer(Anchors(lambda: ids_in_tags(pieces), prefix, url), base, reader or TextReader())
        # Where no text has one of these, its HTML is the text.
        writer.escapes = html.count(">") > len(pieces) or "\xa0" in html or len(html) > LONGEST_PIECE
        return writer.write(first, pieces)
    except TreeNeeded:
        return None


def _plain(text: str, reader: TextReader) -> str:
    """A body without tags."""
    if len(text) > LONGEST_PIECE:
        raise TreeNeeded
    text = with_characters(text) if "&" in text else text
    reader.text(text)
    return escaped(text)


class _Writer:
    def __init__(self, anchors: Anchors, base: str | None, reader: TextReader) -> None:
        self.base = base
        self.anchors = anchors
        self.reader = reader
        self.open = [_OUTSIDE]  # names
        self.ends: list[str] = []  # their end tags
        self.paragraph = False
        self.escapes = True
        self.link: _Link | None = None
        self.pieces: list[str] = []
        self.styles: list[
            tuple[int, list[str]]
        ] = []  # how deep these stand for the style of an element, innermost last
        self.styled: Counter[str] = Counter()  # the same

    def write(self, first: str, pieces: list[str]) -> str:
        written, reader, open_, ends = self.pieces, self.reader, self.open, self.ends
        marks, known, escapes = reader.pieces, KNOWN_TAGS.get, self.escapes
        self._text(first)
        following = iter(pieces)
        for piece in following:
            inside, close, text = piece.partition(">")
            if not close:
                raise TreeNeeded
            place, name, start, end, mark, said = known(inside) or body_tag(inside)
            if place is _END:
                if open_[-1] != name or name in _CLOSED_WITH_CARE or self.styles:
                    self._end(name)
                else:
                    del open_[-1]
                    written.append(ends.pop())
                    if mark:
                        marks.append(mark)
                        self.paragraph = self.paragraph and name != "p"
            elif place is _LEFT_OUT:
                text = self._behind(name, following)
            elif place is not _COMMENT:
                if place is not _PHRASE:
                    self._make_way(place, name)
                elif open_[-1] in HOLD_NO_OTHERS or len(ends) > _DEEPEST:
                    raise TreeNeeded
                if said is not None:
                    start, end = self._tags(name, end, said)
                written.append(start)
                if mark:
                    marks.append(mark)
                if end is not None:
                    open_.append(name)
                    ends.append(end)
                    if name == "pre":
                        text = text.removeprefix("\n")
                        reader.preformatted += 1
            if text and (escapes or "&" in text or self.link or open_[-1] in HOLD_NO_WORDS):
                self._text(text)
            elif text:
                written.append(text)
                marks.append(text if "\n" not in text or reader.preformatted else text.replace("\n", " "))
        while len(open_) > 1:
            self._close()
        return "".join(written)

    def _behind(self, name: str, following: Iterator[str]) -> str:
        """The text behind an element that is left out with what it holds."""
        if self.link or self.open[-1] in HOLD_NO_OTHERS:
            raise TreeNeeded
        for piece in following:
            inside, close, text = piece.partition(">")
            inside = inside.lower()
            if inside == f"/{name}" and close:
                return text
            if inside.startswith(f"/{name}") or (name == "script" and inside.startswith("!--")):
                raise TreeNeeded
        raise TreeNeeded

    def _end(self, name: str) -> None:
        if name in VOID_IN_BODIES and name != "br":  # which the parser passes over
            return
        if name == "table" or name in ROW_GROUPS:
            self._end_implied()
        if name == "span" and self.open[-1] not in PHRASES:
            return
        if name in END_PARAGRAPH or name in PARENTS:
            self._close_within(name)
        if self.open[-1] != name:
            raise TreeNeeded
        self._close()

    def _close_within(self, name: str | None) -> None:
        """Close what the end of an element, or one that begins, closes within it."""
        while self.open[-1] in ENDED_WITH_OTHERS and self.open[-1] != name:
            self._close()

    def _close(self) -> None:
        name = self.open.pop()
        self.pieces.append(self.ends.pop())
        if mark := MARKS_OF_BODIES[name]:
            self.reader.pieces.append(mark)
        if name == "p":
            self.paragraph = False
        elif name == "a":
            self._end_link()
        elif name == "pre":
            self.reader.preformatted -= 1
        if self.styles and self.styles[-1][0] == len(self.open):
            self.styled.subtract(self.styles.pop()[1])

    def _end_paragraph(self) -> None:
        while self.open[-1] == "span":
            self._close()
        if self.open[-1] == "p":
            self._close()

    def _end_implied(self) -> None:
        if self.open[-1] == IMPLIED:
            self._close()

    def _make_way(self, place: Place, name: str) -> None:
        """Close what the parser closes before a block or a part, which it puts where it stands."""
        if len(self.ends) > _DEEPEST:
            raise TreeNeeded
        if place is _BLOCK:
            if self.paragraph and name != "table":
                self._end_paragraph()
            parent = self.open[-1]
            if self.paragraph or parent in HOLD_NO_OTHERS or (parent in HEADINGS and name in HEADINGS):
                raise TreeNeeded
            self.paragraph = name == "p"
            return
        if name in ROW_GROUPS:
            self._end_implied()
        if name == "tr" and self.open[-1] == "table":
            self.open.append(IMPLIED)
            self.ends.append("</tbody>")
            self.pieces.append("<tbody>")
            self.reader.pieces.append(MARKS_OF_BODIES[IMPLIED])
        self._close_within(None)
        if self.open[-1] not in PARENTS[name]:
            raise TreeNeeded

    def _text(self, text: str) -> None:
        if len(text) > LONGEST_PIECE:
            raise TreeNeeded
        if self.open[-1] in HOLD_NO_WORDS and (self.open[-1] == "iframe" or text.strip(" \t\n")):
            raise TreeNeeded
        if "&" in text:
            text = with_characters(text)
        if self.link:
            self.link.words.append(text)
        self.reader.text(text)
        self.pieces.append(escaped(text))

    def _tags(self, name: str, end: str | None, said: dict[str, str | None]) -> tuple[str, str | None]:
        """The tags of an element that are written otherwise in each body."""
        if name == "a":
            return self._start_link(said), end
        if name == "img":
            return self._image(SaidElement(name, said)), end
        if name == "iframe":
            return self._frame(SaidElement(name, said)), end
        tag = RENAMED.get(name, name)
        if len(said) == 1 and "id" in said:
            return start_tag(tag, [("id", self.anchors.id_of(tag, said))]), end
        styled = self._styled(name, said)
        start = start_tag(tag, element_attributes(tag, said, self.anchors, self.base))
        if not styled:
            return start, end
        starts = "".join(f"<{one}>" for one in styled)
        return start + starts, "".join(f"</{one}>" for one in reversed(styled)) + (end or "")

    def _styled(self, name: str, said: _Said) -> list[str]:
        """The elements that say what a style says, but for those that are open already."""
        style = said.get("style") or ""
        if not style:
            return []
        elements_said = said_by_style(style, RENAMED.get(name, name))
        if elements_said is None or ("display" in style.lower() and not _CODE.isdisjoint(self.open)):
            raise TreeNeeded
        names = [one for one in elements_said if not self.styled[one]]
        if names and name in VOID_IN_BODIES:
            raise TreeNeeded
        if names:
            self.styled.update(names)
            self.styles.append((len(self.open), names))
        return names

    def _image(self, image: SaidElement) -> str:
        if maths.is_image_of_formula(image):
            raise TreeNeeded
        if self.link:
            self.link.pictures += 1
            if image.attributes.get("alt"):
                self.link.titled = True
        written = images.image(image, self.base, MOST_DATA_PICTURES)
        if ' src="data:' in written:
            raise TreeNeeded
        self.reader.tag(written)
        return written

    def _frame(self, frame: SaidElement) -> str:
        found = elements.frame(frame, self.base)
        # Only the tree tells whether a quotation before it has its link, or what is written into it.
        if found is None or "</blockquote>" in self.pieces[-6:]:
            raise TreeNeeded
        self.reader.markup(found.link)
        return found.link

    def _start_link(self, said: _Said) -> str:
        if self.link or self._styled("a", said):
            raise TreeNeeded
        is_plain = len(said) == 1 and "href" in said
        if is_plain:
            target = self.anchors.target(said["href"], self.base)
            attributes: list[tuple[str, str | None]] = [("href", target)]
        else:
            attributes = list(element_attributes("a", said, self.anchors, self.base))
            target = dict(attributes).get("href")
        self.link = _Link(len(self.pieces), attributes, target, said)
        permitted = permitted_value("a", "href", target) if target else None
        self.reader.open_link(permitted or "")
        return link_tag(permitted) if is_plain else start_tag("a", attributes)

    def _end_link(self) -> None:
        self.reader.close_link()
        link, self.link = self.link, None
        if not link:
            return
        words = "".join(link.words)
        if link.target is None and link.address:
            text = address_as_text(link.address, words) or ""
            self.pieces.append(escaped(text))
            self.reader.text(text)
        if link.titled or not link.pictures:
            return
        if (
            link.place == 1 and not self.pieces[0]
        ):  # a body's first element, in which the parser finds no pictures
            raise TreeNeeded
        if not visible(words):
            title = ("title", urlsplit(link.target or "").hostname)
            self.pieces[link.place] = start_tag("a", [*link.attributes, title])
