"""The text of an element as HTML: text constructs of Atom, XHTML, escaped HTML and plain text."""

import base64
import html
import re
from collections.abc import Sequence

from lxml import etree

from ingest.base.html_tokens import VOID, is_markup
from ingest.parse.text_to_html import as_html, as_markup, as_plain_lines
from ingest.parse.xml.node import Node

_TAG = re.compile(r"<(/?)([^\s<>/]+)([^<>]*?)(/?)>")
_DECLARATION = re.compile(r'\sxmlns(?::[\w.-]+)?="[^"]*"')
_BEGINS_WITH_TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
_HAS_ATTRIBUTE = re.compile(r"<[a-z]{1,20}\s[^<>]{0,99}=", re.IGNORECASE)
_HTML_TYPES = frozenset({"html", "text/html", "xhtml", "application/xhtml+xml", "text/xhtml"})
_XML_TYPES = frozenset({"application/xml", "text/xml", "image/svg+xml", "application/mathml+xml"})
_LONGEST_BASE64 = 10_000_000  # characters
_XHTML = "{http://www.w3.org/1999/xhtml}"


def html_of(node: Node) -> str | None:
    """A body or summary as HTML; None where it is none, but a picture or other data. Not taken."""
    kind = text_type(node)
    if len(node.element):
        return inner_html(node.element, escaped=kind in ("", "html", "text/html"))
    text = node.words()
    if node.name == "media:description" and kind == "" and "<" in text and not _is_surely_html(text):
        return as_plain_lines(text)  # plain by Media RSS, unless it says otherwise
    if kind == "":  # of RSS: what is in it decides
        return as_markup(_without_cdata_marks(text))
    if node.peek("mode") == "base64":
        text = _from_base64(text)
    if kind in _HTML_TYPES or kind in _XML_TYPES or kind.endswith("+xml"):
        return as_markup(_without_cdata_marks(text))
    return as_html(text) if kind.startswith("text") or "/" not in kind else None


def _is_surely_html(text: str) -> bool:
    return bool(_BEGINS_WITH_TAG.match(text) and text.endswith(">")) or bool(_HAS_ATTRIBUTE.search(text))


def _inline_html(node: Node) -> str:
    """A title or description as HTML; of RSS as it stands, since `clean` decides whether it is."""
    if len(node.element):
        return inner_html(node.element)
    text = node.words()
    if text_type(node) in ("text", "text/plain"):
        return html.escape(text, quote=False)
    return _without_cdata_marks(text)


def first_inline(nodes: Sequence[Node], longest: int) -> str:
    """The first of titles or descriptions that is not empty, as HTML; those that say the same are taken as well.

    One that is longer is not taken, since `clean` cuts it.
    """
    found, said = "", ""
    for node in nodes:
        words = node.words()
        if not words or words == said:
            node.text()
        elif not said:
            said, found = words, _inline_html(node)
            if len(found) <= longest:
                node.take("#")
    return found


def text_type(node: Node) -> str:
    """The type of an element's text, as Atom says it: text, html, xhtml, or a media type; "" of other elements."""
    if not node.name.startswith(("atom:", "media:")):
        return ""
    kind = node.peek("type").lower().partition(";")[0].strip()
    if node.name.startswith("media:"):
        return {"plain": "text", "html": "html"}.get(kind, "")
    return kind or ("xhtml" if node.peek("mode") == "xml" and len(node.element) else "text")


def inner_html(element: etree._Element, escaped: bool = False) -> str:
    """What is in an element as HTML, without the div that Atom puts around XHTML (RFC 4287, 3.1.1.3).

    `escaped`: whether the text between its elements may be HTML too.
    """
    element = wrapping_div(element) if _is_alone(element) else element
    parts = [_between(element.text, escaped)]
    for child in element:
        if isinstance(child.tag, str):
            written = etree.tostring(child, encoding="unicode", with_tail=False)
            parts.append(_TAG.sub(_as_html_tag, written))
        parts.append(_between(child.tail, escaped))
    return "".join(parts).strip()


def _between(text: str | None, escaped: bool) -> str:
    if not text or (escaped and ("<" not in text or is_markup(text))):
        return text or ""
    return html.escape(text, quote=False)


def wrapping_div(element: etree._Element) -> etree._Element:
    """The div that is an element's only child; the element itself where there is none."""
    return element[0] if len(element) == 1 and element[0].tag in (f"{_XHTML}div", "div") else element


def _is_alone(element: etree._Element) -> bool:
    return len(element) == 1 and not (element.text or "").strip() and not (element[0].tail or "").strip()


def _as_html_tag(tag: re.Match[str]) -> str:
    """A tag of XML as HTML's parser reads it: no namespaces, and an end tag unless the element is void."""
    slash, name, attributes, closed = tag.groups()
    name = name.rpartition(":")[2]
    if "xmlns" in attributes:
        attributes = _DECLARATION.sub("", attributes)
    if name.lower() in VOID:
        return "" if slash else f"<{name}{attributes}>"
    return f"<{slash}{name}{attributes}></{name}>" if closed else f"<{slash}{name}{attributes}>"


def _without_cdata_marks(text: str) -> str:
    """CDATA sections within CDATA leave their marks in the text."""
    if "<![CDATA[" not in text:
        return text
    return text.replace("<![CDATA[", "").replace("]]>", "")


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text[:_LONGEST_BASE64], validate=False).decode("utf-8", "replace").strip()
    except ValueError:
        return ""
