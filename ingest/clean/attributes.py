"""What stays of the attributes of an element, as it is written. Imports base, anchors, sanitise. Pure."""

import re
from collections.abc import Iterator, Mapping

from ingest.base.urls import web_url
from ingest.clean.anchors import Anchors
from ingest.clean.sanitise import ALLOWED, EVERYWHERE

RENAMED = {
    **dict.fromkeys(("center", "main", "dialog", "menu", "fieldset", "legend", "form", "marquee"), "div"),
    **dict.fromkeys(("font", "big", "blink", "nobr", "label", "data", "slot"), "span"),
    "acronym": "abbr",
    "dir": "ul",
    "image": "img",
    "listing": "pre",
    "optgroup": "div",
    "strike": "s",
    "tt": "code",
    "xmp": "pre",
    "amp-img": "img",
    "amp-video": "video",
    "amp-audio": "audio",
    "amp-iframe": "iframe",
}
_LONGEST_VALUE = 2000  # characters
_ADDRESSES = frozenset({"cite", "src"})
_CODE_LANGUAGE = re.compile(r"(?:^|\s)(?:lang-|language-|highlight-source-|brush:\s*)([\w#+.-]{1,30})")
_TEXT_ALIGN = re.compile(r"(?:^|[;\s])text-align\s*:\s*(left|right|center)", re.IGNORECASE)

_Said = Mapping[str, str | None]


def element_attributes(
    tag: str, said: _Said, anchors: Anchors, base: str | None
) -> Iterator[tuple[str, str | None]]:
    """The attributes to write of those that a document says; None of one that is to be left out."""
    own = ALLOWED.get(tag, frozenset())
    for name, value in said.items():
        if name in ("id", "class") or (name == "name" and tag == "a" and "id" not in said):
            continue
        if name == "href" and tag == "a":
            yield name, anchors.target(value, base)
        elif name in _ADDRESSES and name in own:
            yield name, web_url(value, base)
        elif name in own or name in EVERYWHERE:
            yield name, (value or "")[:_LONGEST_VALUE]
        elif name == "style" and tag in ("td", "th") and (align := _TEXT_ALIGN.search(value or "")):
            yield "align", align[1].lower()
    yield "id", anchors.id_of(tag, said)
    if named := " ".join(_class_names(tag, said)):
        yield "class", named


def _class_names(tag: str, said: _Said) -> Iterator[str]:
    value = said.get("class") or ""
    language = _CODE_LANGUAGE.search(value) if tag in ("code", "pre") else None
    data = said.get("data-lang") or said.get("data-language")
    if language or (data and tag in ("code", "pre")):
        yield f"language-{language[1] if language else data}"
    yield from (name for name in value.split() if not name.startswith("language-"))
