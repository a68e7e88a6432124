"""An entry's sanitised HTML for a page: headings with anchors, and wide elements that scroll. Pure.

It is not parsed and serialised again, which might undo the sanitiser's work (mutation XSS): its tags stay, but for
added attributes and levels of headings, and a few of ours are inserted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape

from ingest.base.html_tokens import TAG
from ingest.pages.pictures import without_pictures

_HEADING = re.compile(r"h([1-6])")
_ID = re.compile(r"""\sid="([^"]*)\"""")
_OWN_ID = re.compile(r"""(\sid="|\shref="#)(e[0-9a-f]{8}-)""")
_EMPTY_LINK = re.compile(r"<a\b([^>]*)>((?:\s|&nbsp;)*)</a>")
_LIST = re.compile(r"\s*<[uo]l\b")
_TAGS = re.compile(r"<[^>]*>")
_LONGEST_LABEL = 120  # characters
MOST_HEADINGS = 200  # in a table of contents


@dataclass(frozen=True)
class Heading:
    """A line of a table of contents. `level` counts from 1; `text` is plain."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Body:
    """`html` is safe and for a page as it is."""

    html: str
    headings: tuple[Heading, ...]


def shown_html(html: str, prefix: str, pictures: bool, top: int = 2) -> Body:
    """The result of `body`, with the pictures of other sites or with links in their place."""
    return body(html if pictures else without_pictures(html), prefix, top)


def body(html: str, prefix: str, top: int = 2) -> Body:
    """The HTML of contents for a page where its highest headings are `<h2>`, or what `top` says.

    Empty links are dropped. Every identifier, of headings and footnotes, begins with `prefix`, so that none is twice
    on a page with several entries; headings without one get one.
    """
    html = _EMPTY_LINK.sub(lambda link: link[0] if " id=" in link[1] else link[2], html)
    levels = [int(found[1]) for tag in TAG.finditer(html) if (found := _heading(tag))]
    writer = _Writer(prefix, top, shift=top - min(levels, default=top))
    position = 0
    for tag in TAG.finditer(html):
        writer.pieces.append(html[position : tag.start()])
        writer.add(tag, is_before_list=bool(_LIST.match(html, tag.end())))
        position = tag.end()
    writer.pieces.append(html[position:])
    return Body("".join(writer.pieces), tuple(_worth_listing(writer.headings)))


class _Writer:
    """The pieces of the HTML that is written, tag by tag. `shift` is added to the level of each heading."""

    def __init__(self, prefix: str, top: int, shift: int) -> None:
        self.pieces: list[str] = []
        self.headings: list[Heading] = []
        self._prefix, self._top, self._shift = prefix, top, shift
        self._tables = 0  # that are open
        self._label: int | None = None  # which piece the text of an open heading begins with

    def add(self, tag: re.Match[str], is_before_list: bool) -> None:
        name, closing = (tag["name"] or "").lower(), bool(tag["slash"])
        written = _OWN_ID.sub(rf"\1{self._prefix}\2", tag[0])
        if found := _heading(tag):
            self._add_heading(min(int(found[1]) + self._shift, 6), closing, written)
        elif name == "table":
            self._tables += -1 if closing else 1
            self.pieces.append(_scrolling(written, closing, self._tables))
        elif _scrolls(tag):
            self.pieces.append(f'{written[:-1]} tabindex="0">')
        elif name == "li" and not closing and is_before_list:
            # A list as an item of its own needs no mark for itself.
            self.pieces.append(f"{written[:-1]} data-of-lists>")
        else:
            self.pieces.append(written)

    def _add_heading(self, level: int, closing: bool, written: str) -> None:
        if not closing:
            anchor, start = _anchored(written, f"{self._prefix}{len(self.headings) + 1}")
            self.pieces.append(f"<h{level}{start[3:]}")
            self.headings.append(Heading(level - self._top + 1, anchor, ""))
            self._label = len(self.pieces)
            return
        if self._label is not None:
            label = _plain("".join(self.pieces[self._label :]))
            self.headings[-1] = replace(self.headings[-1], text=label)
            self._label = None
        self.pieces.append(f"</h{level}>")


def _heading(tag: re.Match[str]) -> re.Match[str] | None:
    return _HEADING.fullmatch((tag["name"] or "").lower())


def _anchored(tag: str, anchor: str) -> tuple[str, str]:
    """The identifier of a start tag, and the tag with it."""
    if found := _ID.search(tag):
        return unescape(found[1]), tag
    return anchor, f'{tag[:3]} id="{anchor}"{tag[3:]}'


def _plain(html: str) -> str:
    text = " ".join(unescape(_TAGS.sub("", html)).split())
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1].rstrip() + "…"


def _scrolling(tag: str, closing: bool, depth: int) -> str:
    """The tag of a table; the outermost gets a scrolling, focusable box around it."""
    if closing:
        return f"{tag}</div>" if depth == 0 else tag
    return f'<div class="scroll" tabindex="0" role="region" aria-label="Table">{tag}' if depth == 1 else tag


def _scrolls(tag: re.Match[str]) -> bool:
    """Whether it begins what may be wider than a page, other than a table."""
    name = (tag["name"] or "").lower()
    return not tag["slash"] and (name == "pre" or (name == "math" and 'display="block"' in tag[0]))


def _worth_listing(headings: list[Heading]) -> Iterator[Heading]:
    for heading in headings[:MOST_HEADINGS]:
        if heading.text:
            yield heading
