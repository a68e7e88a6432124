"""Extract the plain text and the links of sanitised HTML, and count words. Pure."""

import re
from html import unescape
from typing import NamedTuple

from ingest.base.html_tokens import BLOCKS
from ingest.base.models import Link
from ingest.base.plain_text import beyond_ascii, visible, visible_text
from ingest.base.urls import url_host
from ingest.clean.sanitise import ALLOWED

MOST_KEPT_LINKS = 2000
_LONGEST_LINK_TEXT = 500  # characters
_CELLS = frozenset({"td", "th"})
_LINES = (BLOCKS | {"br", "hr", "math-display"}) - _CELLS
# What the tags of these stand for in the text. Those of a <pre> mark lines too, but do more.
MARKS = {**dict.fromkeys(_LINES - {"pre"}, "\n"), **dict.fromkeys(_CELLS, " ")}
_HEARD = frozenset({"a", "img", "math", "pre", "rp", "rt", "ruby"})
_MARKS_OF_TAGS = {"": ""} | {
    tag: MARKS.get(name, "")
    for name in sorted(ALLOWED.keys() - _HEARD)
    for tag in (f"<{name}>", f"</{name}>")
}
# Text, and what parts it: "/" of an end tag, a name, attributes. `sanitise` writes "<" and ">" for nothing else.
_TAG = re.compile(r"<(/?)([^\s<>/]++)([^<>]*+)>")
_ADDRESS, _ALT, _TEX = (re.compile(rf'\s{name}="([^"]*)"') for name in ("href", "alt", "alttext"))
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"(?<!\S)[^\w\s]*+\w")
# Without its signs a text has words alone: of what is left, each run that ends before a space.
_SIGNS = bytes(
    code for code in range(128) if not (chr(code).isalnum() or chr(code).isspace() or code == ord("_"))
)
_WORDS = bytes(ord(" ") if code < 128 and chr(code).isspace() else ord("x") for code in range(256))
_MANY_SIGNS = 30


class ExtractedText(NamedTuple):
    text: str
    links: tuple[Link, ...]


def extract_text(html: str) -> ExtractedText:
    """The plain text and the links of HTML as `sanitise` writes it.

    Each block, and each line of preformatted text, is a line. A formula is represented by its TeX, an image by its alt
    text. Ruby annotations follow the whole word that they annotate, so that full-text search finds that.
    """
    reader = TextReader()
    reader.markup(html)
    return reader.extracted()


def count_words(text: str) -> int:
    """The number of words, which are separated by spaces and have a letter or digit.

    In scripts without spaces between words (Han, Kana, Thai, Lao, Khmer, Myanmar) two characters count as one word.
    """
    characters, signs = 0, set[str]()
    if not text.isascii():
        beyond = beyond_ascii(text)
        spaced = _UNSPACED.sub("", beyond)
        characters = len(beyond) - len(spaced)
        signs = {sign for sign in set(spaced) if not sign.isalnum()}
    spaced = _UNSPACED.sub(" ", text) if characters else text
    if len(signs) > _MANY_SIGNS:
        return (characters + 1) // 2 + len(_WORD.findall(spaced))
    for sign in signs:
        spaced = spaced.replace(sign, " " if sign.isspace() else "")
    words = f"{spaced} ".encode("utf-8", "surrogatepass").translate(_WORDS, _SIGNS)
    return (characters + 1) // 2 + words.count(b"x ")


class TextReader:
    """Reads the text and the links of HTML as it is written, tag by tag, or of what `sanitise` wrote."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.preformatted = 0
        self._links: dict[str, Link] = {}
        self._link: tuple[str, int] | None = None  # URL of an open link, and index in pieces of its text
        self._formula = 0  # nested <math> elements, of a formula whose TeX was written
        self._ruby: list[str] | None = None  # the annotations of an open ruby
        self._annotation = False

    def extracted(self) -> ExtractedText:
        """What was read."""
        return ExtractedText(visible_text("".join(self.pieces)), tuple(self._links.values()))

    def tag(self, html: str) -> None:
        """A tag, or more HTML."""
        mark = _MARKS_OF_TAGS.get(html)
        if mark is None:
            self.markup(html)
        elif mark and not self._formula:
            self.pieces.append(mark)

    def markup(self, html: str) -> None:
        """HTML as `sanitise` writes it."""
        first, *rest = _TAG.split(html)
        self._escaped(first)
        for slash, name, attributes, text in zip(*[iter(rest)] * 4, strict=True):
            if (mark := MARKS.get(name)) is not None:
                if not self._formula:
                    self.pieces.append(mark)
            elif name in _HEARD:
                if slash:
                    self._end(name)
                else:
                    self._start(name, attributes)
            if text:
                self._escaped(text)

    def text(self, text: str) -> None:
        """Text between two tags, without character references."""
        if self._formula:
            return
        if self._annotation and self._ruby is not None:
            if text.strip("()（）"):
                self._ruby.append(text)
        else:
            self.pieces.append(text if self.preformatted or "\n" not in text else text.replace("\n", " "))

    def open_link(self, address: str) -> None:
        self._link = (address, len(self.pieces)) if address.startswith("http") else None

    def close_link(self) -> None:
        if self._link is None:
            return
        (url, start), self._link = self._link, None
        if url not in self._links and len(self._links) < MOST_KEPT_LINKS:
            text = " ".join("".join(self.pieces[start:]).split())[:_LONGEST_LINK_TEXT]
            text = text.rstrip() if text.isprintable() else visible(text)
            self._links[url] = Link(url, url_host(url), text)

    def _start(self, tag: str, attributes: str) -> None:
        if self._formula:
            self._formula += tag == "math"
        elif tag == "pre":
            self.pieces.append("\n")
            self.preformatted += 1
        elif tag == "a":
            self.open_link(_value(_ADDRESS, attributes))
        elif tag == "img":
            self.pieces.append(f" {_value(_ALT, attributes)} ")
        elif tag == "math" and (tex := _value(_TEX, attributes)):
            self.text(tex)
            self._formula = 1
        elif tag == "ruby":
            self._ruby = []
        elif tag in ("rt", "rp"):
            self._annotation = True

    def _end(self, tag: str) -> None:
        if self._formula:
            self._formula -= tag == "math"
        elif tag == "pre":
            self.pieces.append("\n")
            self.preformatted -= 1
        elif tag == "a":
            self.close_link()
        elif tag in ("rt", "rp"):
            self._annotation = False
        elif tag == "ruby" and self._ruby:
            self.pieces.append(f" {''.join(self._ruby)} ")
            self._ruby = None

    def _escaped(self, text: str) -> None:
        if not self._formula:
            self.text(_unescaped(text) if "&" in text else text)


def _unescaped(text: str) -> str:
    """As `unescape`, but sooner where there are none but the references that `sanitise` writes."""
    usual = text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">")
    return usual.replace("&amp;", "&") if usual.count("&") == usual.count("&amp;") else unescape(text)


def _value(named: re.Pattern[str], attributes: str) -> str:
    found = named.search(attributes)
    return unescape(found[1]) if found else ""
