"""Extract the plain text and the links of sanitised HTML, and count words. Pure."""

import re
from html.parser import HTMLParser
from typing import NamedTuple

from ingest.base.html_tokens import BLOCKS
from ingest.base.models import Link
from ingest.base.plain_text import visible
from ingest.base.urls import url_host

MOST_KEPT_LINKS = 2000
_LONGEST_LINK_TEXT = 500  # characters
_CELLS = frozenset({"td", "th"})
_LINES = (BLOCKS | {"br", "hr", "math-display"}) - _CELLS
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"\w")


class ExtractedText(NamedTuple):
    text: str
    links: tuple[Link, ...]


def extract_text(html: str) -> ExtractedText:
    """The plain text and the links of sanitised HTML.

    Each block, and each line of preformatted text, is a line. A formula is represented by its TeX, an image by its alt
    text. Ruby annotations follow the whole word that they annotate, so that full-text search finds that.
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    lines = (visible(line) for line in "".join(parser.pieces).split("\n"))
    return ExtractedText("\n".join(line for line in lines if line), tuple(parser.links.values()))


def count_words(text: str) -> int:
    """The number of words, which are separated by spaces and have a letter or digit.

    In scripts without spaces between words (Han, Kana, Thai, Lao, Khmer, Myanmar) two characters count as one word.
    """
    characters = len(_UNSPACED.findall(text))
    spaced = _UNSPACED.sub(" ", text) if characters else text
    return (characters + 1) // 2 + sum(1 for word in spaced.split() if _WORD.search(word))


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.links: dict[str, Link] = {}
        self._link: tuple[str, int] | None = None  # URL of an open link, and index in pieces of its text
        self._pre = 0
        self._formula = 0  # nested <math> elements, of a formula whose TeX was written
        self._ruby: list[str] | None = None  # the annotations of an open ruby
        self._annotation = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._formula:
            self._formula += tag == "math"
        elif tag in _LINES:
            self.pieces.append("\n")
            self._pre += tag == "pre"
        elif tag in _CELLS:
            self.pieces.append(" ")
        elif tag == "a":
            self._open(dict(attrs).get("href") or "")
        elif tag == "img":
            self.pieces.append(f" {dict(attrs).get('alt') or ''} ")
        elif tag == "math" and (tex := dict(attrs).get("alttext")):
            self.handle_data(tex)
            self._formula = 1
        elif tag == "ruby":
            self._ruby = []
        elif tag in ("rt", "rp"):
            self._annotation = True

    def handle_endtag(self, tag: str) -> None:
        if self._formula:
            self._formula -= tag == "math"
        elif tag in _LINES:
            self.pieces.append("\n")
            self._pre -= tag == "pre"
        elif tag in _CELLS:
            self.pieces.append(" ")
        elif tag == "a":
            self._close()
        elif tag in ("rt", "rp"):
            self._annotation = False
        elif tag == "ruby" and self._ruby:
            self.pieces.append(f" {''.join(self._ruby)} ")
            self._ruby = None

    def handle_data(self, data: str) -> None:
        if self._formula:
            return
        if self._annotation and self._ruby is not None:
            if data.strip("()（）"):
                self._ruby.append(data)
        else:
            self.pieces.append(data if self._pre else data.replace("\n", " "))

    def _open(self, address: str) -> None:
        self._link = (address, len(self.pieces)) if address.startswith("http") else None

    def _close(self) -> None:
        if self._link is None:
            return
        (url, start), self._link = self._link, None
        if url not in self.links and len(self.links) < MOST_KEPT_LINKS:
            text = visible(" ".join("".join(self.pieces[start:]).split())[:_LONGEST_LINK_TEXT])
            self.links[url] = Link(url, url_host(url), text)
