"""An entry's sanitised HTML as a page shows it: headings that can be led to, and what is wide scrolls. Pure.

The text is not parsed and written anew, which might undo what the sanitiser made safe: between its tags, which stay
as they are, a few of our own are put in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from ingest.base.html_tokens import TAG

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


def body(html: str, prefix: str, top: int = 2) -> Body:
    """The HTML of contents for a page where its highest headings are `<h2>`, or what `top` says.

    A link that has nothing to be read or pressed is left out. Headings without an identifier get one that begins with
    `prefix`, and so do those that have one, and footnotes: two entries of one guid, in two feeds, have the same, and
    may stand on one page.
    """
    html = _EMPTY_LINK.sub(lambda link: link[0] if " id=" in link[1] else link[2], html)
    levels = [int(found[1]) for tag in TAG.finditer(html) if (found := _heading(tag))]
    shift = top - min(levels, default=top)
    pieces: list[str] = []
    headings: list[Heading] = []
    position, tables, opened = 0, 0, None
    for tag in TAG.finditer(html):
        name, closing = (tag["name"] or "").lower(), bool(tag["slash"])
        written = _OWN_ID.sub(rf"\1{prefix}\2", tag[0])
        pieces.append(html[position : tag.start()])
        position = tag.end()
        if found := _heading(tag):
            level = min(int(found[1]) + shift, 6)
            pieces.append(f"</h{level}>")
            if not closing:
                anchor, start = _anchored(written, f"{prefix}{len(headings) + 1}")
                pieces[-1] = f"<h{level}{start[3:]}"
                headings.append(Heading(level - top + 1, anchor, ""))
                opened = len(pieces)
            elif opened is not None:
                label = _plain("".join(pieces[opened:-1]))
                headings[-1] = Heading(headings[-1].level, headings[-1].anchor, label)
                opened = None
        elif name == "table":
            tables += -1 if closing else 1
            pieces.append(_scrolling(written, closing, tables))
        elif _scrolls(tag):
            pieces.append(f'{written[:-1]} tabindex="0">')
        elif name == "li" and not closing and _LIST.match(html, tag.end()):
            # A list as an item of its own needs no mark for itself.
            pieces.append(f"{written[:-1]} data-of-lists>")
        else:
            pieces.append(written)
    pieces.append(html[position:])
    return Body("".join(pieces), tuple(_worth_listing(headings)))


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
    """The tag of a table; the outermost stands in a box that scrolls, which keys reach too."""
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
