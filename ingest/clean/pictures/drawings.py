"""The words of a drawing (SVG), which is not kept itself: its title, description, and labels. Pure."""

import re
from html import escape

from ingest.base.html_tokens import TAG
from ingest.base.plain_text import unescape, visible

LONGEST_WORDS = 20_000  # characters
_WORDS = frozenset({"title", "desc", "text", "foreignobject"})
_LABEL = re.compile(r"""\saria-label=(?:"([^"]*)"|'([^']*)')""")
_NO_WORDS = frozenset({"script", "style", "metadata", "defs"})


def drawing_words(svg: str) -> str:
    """The words of an `<svg>` element, from its first tag to its last, as plain text; "" where it only decorates."""
    pieces: list[str] = []
    length = position = words = skipped = 0
    first, label = True, ""
    while (tag := TAG.search(svg, position)) and length < LONGEST_WORDS:
        if words > 0 and skipped <= 0:
            piece = visible(unescape(svg[position : tag.start()][:LONGEST_WORDS]))
            length += len(piece) + 1
            pieces.append(piece)
        position = tag.end()
        name = (tag["name"] or "").lower()
        if first and 'aria-hidden="true"' in tag[0]:
            return ""
        if first and (named := _LABEL.search(tag[0][:LONGEST_WORDS])):
            label = visible(unescape(named[1] or named[2] or ""))
        first = False
        if tag["attributes"] is None or tag["attributes"].endswith("/"):
            continue
        step = -1 if tag["slash"] else 1
        words += step if name in _WORDS else 0
        skipped += step if name in _NO_WORDS else 0
    return (" ".join(dict.fromkeys(piece for piece in pieces if piece)) or label)[:LONGEST_WORDS]


def drawing_of_words(svg: str) -> str:
    """An `<svg>` element with the same words and nothing else; "" where there are none."""
    words = drawing_words(svg)
    return f"<svg><text>{escape(words, quote=False)}</text></svg>" if words else ""
