"""The texts of an entry, of which `choose_texts` makes its body and its summary."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ingest.parse.bodies import Text, choose_texts
from ingest.parse.common import language
from ingest.parse.xml.markup import html_of, text_type, wrapping_div
from ingest.parse.xml.node import Node
from ingest.parse.xml.scope import base_of, join_base, language_of
from ingest.parse.xml.tables import BODIES, LAST_RESORT, MEDIA_TEXTS, SUMMARIES

_XML = "{http://www.w3.org/XML/1998/namespace}"
_MOST_TEXTS = 30  # of an entry, which are compared with one another; what is beyond goes to `extra`
_MODULE = ("content:items", "rdf:Bag", "rdf:li", "content:item")  # RSS 1.0's content module of 2001


class EntryTexts(NamedTuple):
    """An entry's body and summary, as HTML, with the base URL and language of the body."""

    html: str = ""
    summary: str = ""
    base: str | None = None
    language: str | None = None


def texts_of(item: Node) -> EntryTexts:
    """What an entry's texts say, all of which are then taken."""
    texts = list(islice(_own(item), _MOST_TEXTS))
    if not texts:
        texts = list(islice(_of_media(item), _MOST_TEXTS))
    if not texts:
        texts = [text for node in item.among(LAST_RESORT)[:_MOST_TEXTS] if (text := _text(node))]
    body, summary = choose_texts(texts)
    if body is None:
        return EntryTexts(summary=summary)
    return EntryTexts(body.html, summary, body.base, body.language)


def source_address(item: Node) -> Node | None:
    """The Atom content that stands elsewhere (RFC 4287, 4.1.3.2)."""
    for content in item.all("atom:content"):
        if content.peek("src"):
            return content
    return None


def _own(item: Node) -> Iterator[Text]:
    for node in item.among(BODIES):
        if text := _text(node, for_body=True):
            yield text
    for node in item.among(SUMMARIES):
        if text := _text(node):
            yield text
    if item.all("content:items"):
        for node in item.within(("rdf:value",), _MODULE):
            if text := _text(node):
                yield text


def _of_media(item: Node) -> Iterator[Text]:
    for node in item.within(MEDIA_TEXTS, ("media:group",)):
        if text := _text(node, media=True):
            yield text


def _text(node: Node, media: bool = False, for_body: bool = False) -> Text | None:
    html = html_of(node)
    if html is None:
        return None
    node.take("#")
    if not html:
        return None
    base, spoken = base_of(node), language_of(node)
    if len(node.element) and (div := wrapping_div(node.element)) is not node.element:
        base = join_base(base, (div.get(f"{_XML}base") or "").strip())
        spoken = language(div.get(f"{_XML}lang")) or spoken
    plain = not len(node.element) and (text_type(node) in ("text", "text/plain") or "<" not in node.words())
    return Text(html, base, spoken, "media" if media else "own", for_body, plain)
