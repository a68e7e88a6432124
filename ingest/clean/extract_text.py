"""Extract the plain text and the links of sanitised HTML, and count words. Pure."""

import re
from html import unescape
from typing import NamedTuple

from ingest.base.html_tokens import BLOCKS
from ingest.base.models import Link
from ingest.base.plain_text import beyond_ascii, visible, visible_lines
from ingest.base.urls import url_host

MOST_KEPT_LINKS = 2000
_LONGEST_LINK_TEXT = 500  # characters
_CELLS = frozenset({"td", "th"})
_LINES = (BLOCKS | {"br", "hr", "math-display"}) - _CELLS
_MARKS = {**dict.fromkeys(_LINES - {"pre"}, "\n"), **dict.fromkeys(_CELLS, " ")}
_HEARD = frozenset({"a", "img", "math", "pre", "rp", "rt", "ruby"})
# Text, and what parts it: "/" of an end tag, a name, attributes. `sanitise` writes "<" and ">" for nothing else.
_TAG = re.compile(r"<(/?)([^\s<>/]++)([^<>]*+)>")
_ADDRESS, _ALT, _TEX = (re.compile(rf'\s{name}="([^"]*)"') for name in ("href", "alt", "alttext"))
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"(?<!\S)[^\w\s]*+\w")
# Without its signs a text has words alone.
_SPACES = bytes(ord(" ") if chr(code).isspace() and code < 128 else code for code in range(256))
_SIGNS = bytes(
    code for code in range(128) if not (chr(code).isalnum() or chr(code).isspace() or code == ord("_"))
)
_MANY_SIGNS = 30


class ExtractedText(NamedTuple):
    text: str
    links: tuple[Link, ...]


def extract_text(html: str) -> ExtractedText:
    """The plain text and the links of HTML as `sanitise` writes it.

    Each block, and each line of preformatted text, is a line. A formula is represented by its TeX, an image by its alt
    text. Ruby annotations follow the whole word that they annotate, so that full-text search finds that.
    """
    if not html:
        return ExtractedText("", ())
    reader = _Reader()
    first, *rest = _TAG.split(html)
    reader.read(first)
    for slash, name, attributes, text in zip(*[iter(rest)] * 4, strict=True):
        if (mark := _MARKS.get(name)) is not None:
            if not reader.formula:
                reader.pieces.append(mark)
        elif name in _HEARD:
            if slash:
                reader.end(name)
            else:
                reader.start(name, attributes)
        if text:
            reader.read(text)
    return ExtractedText("\n".join(visible_lines("".join(reader.pieces))), tuple(reader.links.values()))


def count_words(text: str) -> int:
    """The number of words, which are separated by spaces and have a letter or digit.

    In scripts without spaces between words (Han, Kana, Thai, Lao, Khmer, Myanmar) two characters count as one word.
    """
    characters, signs = 0, set[str]()
    if not text.isascii():
        beyond = beyond_ascii(text)
        characters = len(_UNSPACED.findall(beyond))
        signs = {sign for sign in beyond if not sign.isalnum()}
    spaced = _UNSPACED.sub(" ", text) if characters else text
    if len(signs) > _MANY_SIGNS:
        return (characters + 1) // 2 + len(_WORD.findall(spaced))
    for sign in signs:
        spaced = spaced.replace(sign, " " if sign.isspace() else "")
    words = spaced.encode("utf-8", "surrogatepass").translate(_SPACES, _SIGNS).split()
    return (characters + 1) // 2 + len(words)


class _Reader:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.links: dict[str, Link] = {}
        self._link: tuple[str, int] | None = None  # URL of an open link, and index in pieces of its text
        self._pre = 0
        self.formula = 0  # nested <math> elements, of a formula whose TeX was written
        self._ruby: list[str] | None = None  # the annotations of an open ruby
        self._annotation = False

    def start(self, tag: str, attributes: str) -> None:
        if self.formula:
            self.formula += tag == "math"
        elif tag == "pre":
            self.pieces.append("\n")
            self._pre += 1
        elif tag == "a":
            self._open(_value(_ADDRESS, attributes))
        elif tag == "img":
            self.pieces.append(f" {_value(_ALT, attributes)} ")
        elif tag == "math" and (tex := _value(_TEX, attributes)):
            self._add(tex)
            self.formula = 1
        elif tag == "ruby":
            self._ruby = []
        elif tag in ("rt", "rp"):
            self._annotation = True

    def end(self, tag: str) -> None:
        if self.formula:
            self.formula -= tag == "math"
        elif tag == "pre":
            self.pieces.append("\n")
            self._pre -= 1
        elif tag == "a":
            self._close()
        elif tag in ("rt", "rp"):
            self._annotation = False
        elif tag == "ruby" and self._ruby:
            self.pieces.append(f" {''.join(self._ruby)} ")
            self._ruby = None

    def read(self, escaped: str) -> None:
        """Text between two tags."""
        if not self.formula:
            self._add(_unescaped(escaped) if "&" in escaped else escaped)

    def _add(self, text: str) -> None:
        if self._annotation and self._ruby is not None:
            if text.strip("()（）"):
                self._ruby.append(text)
        else:
            self.pieces.append(text if self._pre or "\n" not in text else text.replace("\n", " "))

    def _open(self, address: str) -> None:
        self._link = (address, len(self.pieces)) if address.startswith("http") else None

    def _close(self) -> None:
        if self._link is None:
            return
        (url, start), self._link = self._link, None
        if url not in self.links and len(self.links) < MOST_KEPT_LINKS:
            text = visible(" ".join("".join(self.pieces[start:]).split())[:_LONGEST_LINK_TEXT])
            self.links[url] = Link(url, url_host(url), text)


def _unescaped(text: str) -> str:
    """As `unescape`, but sooner where there are none but the references that `sanitise` writes."""
    usual = text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">")
    return usual.replace("&amp;", "&") if usual.count("&") == usual.count("&amp;") else unescape(text)


def _value(named: re.Pattern[str], attributes: str) -> str:
    found = named.search(attributes)
    return unescape(found[1]) if found else ""
