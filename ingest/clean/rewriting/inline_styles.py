"""What a style attribute says of words: bold, italic, struck, underlined, raised or lowered. Pure.

Styles are not kept; what they say of a word is, as an element.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from selectolax.lexbor import LexborNode

from ingest.base.html_tokens import BLOCKS

_LONGEST_STYLE = 2000  # characters
_DECLARATION = re.compile(r"(?:^|;)\s*([a-z-]+)\s*:\s*([^;]*)", re.IGNORECASE)
# property, what it must say, element that says so, elements of which it says nothing new
_MEANT = (
    (
        "font-weight",
        re.compile(r"bold|bolder|[6-9]00"),
        "b",
        frozenset("b strong th h1 h2 h3 h4 h5 h6".split()),
    ),
    ("font-style", re.compile(r"italic|oblique"), "i", frozenset("i em cite dfn var".split())),
    ("text-decoration", re.compile(r"(?:.* )?line-through(?: .*)?"), "s", frozenset({"s", "del"})),
    ("text-decoration", re.compile(r"(?:.* )?underline(?: .*)?"), "u", frozenset({"u", "ins", "a"})),
    ("vertical-align", re.compile(r"super"), "sup", frozenset({"sup"})),
    ("vertical-align", re.compile(r"sub"), "sub", frozenset({"sub"})),
)
_INLINE = frozenset(
    "a abbr bdi cite code del em i ins kbd mark q s samp small span strong sub sup b u var".split()
)
# Word processors put a whole text into `<b style="font-weight: normal">`.
_UNSAID = {
    **dict.fromkeys(("b", "strong"), ("font-weight", re.compile(r"normal|[1-5]00"))),
    **dict.fromkeys(("i", "em"), ("font-style", re.compile(r"normal"))),
    **dict.fromkeys(("s", "u"), ("text-decoration", re.compile(r"none"))),
}
_LINES = re.compile(r"block|flex|grid|table|table-row|list-item")


def declarations(style: str | None) -> dict[str, str]:
    """The declarations of a style attribute, in lower case."""
    found = _DECLARATION.findall((style or "")[:_LONGEST_STYLE])
    said = {name.lower(): value.strip().lower().removesuffix("!important").rstrip() for name, value in found}
    if "text-decoration-line" in said:
        said.setdefault("text-decoration", said["text-decoration-line"])
    return said


def styled_elements(node: LexborNode, tag: str) -> list[str]:
    """The elements that say of the words within `node`, written as `tag`, what its style says."""
    style = node.attributes.get("style")
    if not style or not (tag in _INLINE or tag == "p" or (tag in BLOCKS and _holds_words(node))):
        return []
    said = declarations(style)
    return list(_said(said, tag))


@lru_cache(maxsize=1024)
def said_by_style(style: str, tag: str) -> tuple[str, ...] | None:
    """The elements that say what a style says of words, where that does not depend on what is within; else None."""
    if len(style) > _LONGEST_STYLE or "url(" in style.lower():
        return None
    said = declarations(style)
    if tag in _UNSAID and _UNSAID[tag][1].fullmatch(said.get(_UNSAID[tag][0], "")):
        return None
    elements = tuple(_said(said, tag))
    return elements if not elements or tag in _INLINE or tag == "p" else None


def says_otherwise(node: LexborNode, tag: str) -> bool:
    """Whether the style of a `<b>`, `<i>` and the like takes back what the element says."""
    if tag not in _UNSAID or "style" not in node.attributes:
        return False
    name, value = _UNSAID[tag]
    return value.fullmatch(declarations(node.attributes["style"]).get(name, "")) is not None


def is_line(node: LexborNode) -> bool:
    """Whether the style of an element shows it on lines of its own."""
    return _LINES.fullmatch(declarations(node.attributes.get("style")).get("display", "")) is not None


def _said(said: dict[str, str], tag: str) -> Iterator[str]:
    for name, value, element, same in _MEANT:
        if tag in same or (name == "vertical-align" and tag not in _INLINE):
            continue
        if value.fullmatch(said.get(name, "")):
            yield element


def _holds_words(node: LexborNode) -> bool:
    """Whether a block holds no other blocks directly."""
    child = node.first_child
    while child is not None:
        if child.is_element_node and child.tag in BLOCKS:
            return False
        child = child.next
    return True
