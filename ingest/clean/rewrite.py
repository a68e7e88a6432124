"""Rewrite untrusted HTML for the archive. The result is not safe yet: `sanitise` follows. Pure.

URLs become absolute, ids get a prefix that is unique to the entry, formulas become MathML, players and embedded pages
become links, and lazy-loaded images ordinary ones.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.base.html_tokens import BLOCKS, VOID
from ingest.base.plain_text import visible
from ingest.base.urls import link_url, url_key, web_url
from ingest.clean import forummagnum, maths
from ingest.clean.html_writer import Attributes, NodeMarkup, classes, previous_element, start_tag
from ingest.clean.sanitise import ALLOWED, ALWAYS, EVERYWHERE

_RENAMED = {
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
# Dropped with their content.
_DROPPED = frozenset(
    "annotation annotation-xml applet area base basefont bgsound button canvas datalist frame frameset head input"
    " keygen link map meta meter noembed noframes option output param progress script select style svg template"
    " textarea title".split()
)
_LONGEST_PIECE = 50_000  # characters
_LONGEST_VALUE = 2000
_MOST_MATHML = 2_000_000  # characters, in a body: formulas after that stay TeX
_EMBEDDED = {"iframe": ("src", "data-src", "data-lazy-src"), "embed": ("src",), "object": ("data",)}
_LAZY = ("data-src", "data-lazy-src", "data-original")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_ADDRESSES = frozenset({"cite", "src"})
_ANCHOR = re.compile(r"\S{1,200}")
_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S*[^\s,]|[^\s,])(?:\s+([0-9.]+[wx])(?=\s*(?:,|$)))?[^,]*")
_CODE_LANGUAGE = re.compile(r"(?:^|\s)(?:lang-|language-|highlight-source-|brush:\s*)([\w#+.-]{1,30})")
_TEXT_ALIGN = re.compile(r"(?:^|[;\s])text-align\s*:\s*(left|right|center)", re.IGNORECASE)
_SIZE = re.compile(r"\s*([0-9]{1,5})(?:\.[0-9]+)?\s*(?:px)?\s*")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_YOUTUBE = re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{11})(?=[?&/]|$)")
_VIMEO = re.compile(r"https?://player\.vimeo\.com/video/([0-9]+)")


def rewrite(html: str, prefix: str, base: str | None = None, url: str | None = None) -> str:
    """Rewrite the HTML of a body. Its ids get `prefix`; relative URLs are resolved against `base`.

    `url` is where the body is published: links to its fragments become links within the body.
    """
    tree = LexborHTMLParser(html, is_fragment=True)
    if tree.root is None:
        return ""
    return "".join(_Writer(tree, prefix, base, url).write(tree.root))


class _Base(NamedTuple):
    """Marks the end of an element with xml:base (XHTML): `url` is the base URL from there on."""

    url: str | None


class _Writer:
    def __init__(self, tree: LexborHTMLParser, prefix: str, base: str | None, url: str | None) -> None:
        self.prefix = prefix
        self.base = base
        self.url = url
        self.key = url_key(url) if url else None
        self.room_for_formulas = _MOST_MATHML
        anchors = (node.attributes for node in tree.css("[id], a[name]"))
        self.anchors = {value for names in anchors for value in (names.get("id"), names.get("name")) if value}

    def write(self, first: LexborNode) -> Iterator[str]:
        """The HTML of a node and its following siblings, without recursion, since the nesting is untrusted."""
        pending: list[LexborNode | str | _Base] = [first]
        while pending:
            item = pending.pop()
            if isinstance(item, str):
                yield item
                continue
            if isinstance(item, _Base):
                self.base = item.url
                continue
            if item.next is not None:
                pending.append(item.next)
            if item.is_text_node:
                yield _text(item.text_content or "")
            elif item.is_element_node:
                if nearer := item.attributes.get("xml:base"):
                    pending.append(_Base(self.base))
                    self.base = web_url(nearer, self.base) or self.base
                markup = self._markup(item)
                yield markup.start
                pending.append(markup.end)
                if markup.inside is not None and markup.inside.first_child is not None:
                    pending.append(markup.inside.first_child)

    def _markup(self, node: LexborNode) -> NodeMarkup:
        if formula := maths.formula_markup(node, self.room_for_formulas > 0):
            self.room_for_formulas -= len(formula.start)
            return formula
        if block := forummagnum.block_markup(node):
            return block
        tag = _RENAMED.get(node.tag or "", node.tag or "")
        match tag:
            case "img":
                return NodeMarkup(self._image(node))
            case "iframe" | "embed" | "object":
                return self._embedded(node, tag)
            case "noscript":
                return NodeMarkup("", node if self._replaces_a_lazy_image(node) else None)
            case "source" | "audio" | "video" | "track":
                return self._medium(node, tag)
        if tag in _DROPPED:
            return NodeMarkup("")
        attributes = list(self._attributes(node, tag))
        if tag not in ALLOWED:
            return self._unknown(node, tag, attributes)
        if tag == "a" and "title" not in node.attributes and _shows_no_words(node):
            attributes.append(("title", urlsplit(dict(attributes).get("href") or "").hostname))
        start, end = start_tag(tag, attributes), "" if tag in VOID else f"</{tag}>"
        if _in_a_list_alone(node, tag):
            start, end = f"<li>{start}", f"{end}</li>"
        return NodeMarkup(start, None if tag in VOID else node, end)

    def _unknown(self, node: LexborNode, tag: str, attributes: list[tuple[str, str | None]]) -> NodeMarkup:
        anchor = [(name, value) for name, value in attributes if name == "id"]
        if anchor:
            return NodeMarkup(start_tag("span", anchor) + "</span>", node)
        return NodeMarkup("\n", node, "\n") if tag in BLOCKS else NodeMarkup("", node)

    def _attributes(self, node: LexborNode, tag: str) -> Iterator[tuple[str, str | None]]:
        own = ALLOWED.get(tag, frozenset())
        for name, value in node.attributes.items():
            if name in ("id", "class") or (name == "name" and tag == "a" and "id" not in node.attributes):
                continue
            if name == "href" and tag == "a":
                yield name, self._link(value)
            elif name in _ADDRESSES and name in own:
                yield name, web_url(value, self.base)
            elif name in own or name in EVERYWHERE:
                yield name, (value or "")[:_LONGEST_VALUE]
            elif name == "style" and tag in ("td", "th") and (align := _TEXT_ALIGN.search(value or "")):
                yield "align", align[1].lower()
        anchor = node.attributes.get("id") or (node.attributes.get("name") if tag == "a" else None)
        if anchor and _ANCHOR.fullmatch(anchor):
            yield "id", self.prefix + anchor
        if named := " ".join(_class_names(node, tag)):
            yield "class", named

    def _link(self, address: str | None) -> str | None:
        """The target of a link: an id in this body, where it is one, else an absolute URL."""
        address = (address or "").strip()
        if address.startswith("#"):
            return self._anchor(address[1:]) or (web_url(address, self.url) if self.url else None)
        target = link_url(address, self.base)
        page, _, fragment = (target or "").partition("#")
        if target and fragment and self.key and url_key(page) == self.key:
            return self._anchor(fragment) or target
        return target

    def _anchor(self, fragment: str) -> str | None:
        for name in (fragment, unquote(fragment)):
            if name in self.anchors and _ANCHOR.fullmatch(name):
                return f"#{self.prefix}{name}"
        return None

    def _image(self, node: LexborNode) -> str:
        attributes, alt = node.attributes, node.attributes.get("alt") or ""
        if alt and not {"emoji", "wp-smiley"}.isdisjoint(classes(node)):
            return escape(alt)
        source, candidates = self._source(node), self._candidates(node, _LAZY_SETS)
        if _is_tiny(attributes):
            return ""
        if not source and not candidates:
            return escape(visible(alt))
        written: Attributes = [
            ("src", source or candidates.split(" ")[0]),
            ("srcset", candidates or None),
            ("sizes", (attributes.get("sizes") or "")[:_LONGEST_VALUE] if candidates else None),
            ("alt", alt[:_LONGEST_VALUE]),
            ("title", (attributes.get("title") or "")[:_LONGEST_VALUE] or None),
            ("width", _size(attributes.get("width"))),
            ("height", _size(attributes.get("height"))),
            *ALWAYS["img"].items(),
        ]
        return start_tag("img", written)

    def _replaces_a_lazy_image(self, node: LexborNode) -> bool:
        """Whether a `noscript` has an image which the element before it does not show."""
        if node.css_first("img") is None:
            return False
        before = previous_element(node)
        return before is None or before.tag != "img" or not self._image(before).startswith("<img")

    def _source(self, node: LexborNode) -> str | None:
        lazy = (node.attributes.get(name) or "" for name in _LAZY)
        addresses = [address for address in lazy if "/" in address] + [node.attributes.get("src")]
        return next((url for address in addresses if (url := web_url(address, self.base))), None)

    def _candidates(self, node: LexborNode, names: tuple[str, ...]) -> str:
        value = next((value for name in names if (value := node.attributes.get(name))), "")
        written = []
        for found in _CANDIDATE.finditer(value[:20_000]):
            if url := web_url(found[1], self.base):
                written.append(f"{url.replace(',', '%2C')} {found[2] or ''}".strip())
        return ", ".join(written[:20])

    def _embedded(self, node: LexborNode, tag: str) -> NodeMarkup:
        """A link to the embedded page; where an object has no URL, its fallback content."""
        addresses = (web_url(node.attributes.get(name), self.base) for name in _EMBEDDED[tag])
        url = next((url for url in addresses if url), None)
        if not url:
            return NodeMarkup("", node if tag == "object" else None)
        if video := _YOUTUBE.match(url):
            url = f"https://www.youtube.com/watch?v={video[1]}"
        elif video := _VIMEO.match(url):
            url = f"https://vimeo.com/{video[1]}"
        label = visible(node.attributes.get("title") or "")[:200] or f"Embedded: {urlsplit(url).hostname}"
        return NodeMarkup(f" {start_tag('a', [('href', url)])}{escape(label)}</a> ")

    def _medium(self, node: LexborNode, tag: str) -> NodeMarkup:
        attributes = dict(self._attributes(node, tag))
        for name in ("width", "height"):
            attributes.pop(name, None)
        attributes["src"] = self._source(node)
        if tag == "source":
            attributes["srcset"] = self._candidates(node, _LAZY_SETS) or None
        if tag in ("source", "track"):
            has_address = attributes.get("src") or attributes.get("srcset")
            return NodeMarkup(start_tag(tag, attributes.items()) if has_address else "")
        if attributes["src"] is None and node.css_first("source") is None:
            return NodeMarkup("", node)
        return NodeMarkup(start_tag(tag, [*attributes.items(), *ALWAYS[tag].items()]), node, f"</{tag}>")


def _shows_no_words(link: LexborNode) -> bool:
    """Whether a link has no text but images without alt text."""
    images = link.css("img")
    return bool(images) and not visible(link.text()) and not any(img.attributes.get("alt") for img in images)


def _in_a_list_alone(node: LexborNode, tag: str) -> bool:
    """Whether an element is a child of a list, but not a list item."""
    parent = node.parent
    return tag != "li" and parent is not None and _RENAMED.get(parent.tag or "", parent.tag) in ("ul", "ol")


def _text(text: str) -> str:
    """Escaped text, with <wbr> in long ones: parsers take time quadratic in the character references of a text node."""
    pieces = (text[start : start + _LONGEST_PIECE] for start in range(0, len(text), _LONGEST_PIECE))
    return "<wbr>".join(escape(piece, quote=False) for piece in pieces)


def _class_names(node: LexborNode, tag: str) -> Iterator[str]:
    value = node.attributes.get("class") or ""
    language = _CODE_LANGUAGE.search(value) if tag in ("code", "pre") else None
    data = node.attributes.get("data-lang") or node.attributes.get("data-language")
    if language or (data and tag in ("code", "pre")):
        yield f"language-{language[1] if language else data}"
    yield from (name for name in value.split() if not name.startswith("language-"))


def _is_tiny(attributes: dict[str, str | None]) -> bool:
    """Whether an image is a tracking pixel, or hidden."""
    sizes = [_size(attributes.get(name)) for name in ("width", "height")]
    given = {size for size in sizes if size}
    return bool((given and given <= {"0", "1"}) or _HIDDEN.search(attributes.get("style") or ""))


def _size(value: str | None) -> str | None:
    found = _SIZE.fullmatch(value or "")
    return found[1] if found else None
