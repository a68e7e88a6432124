"""What of XML feeds is in no column, row or `extra` of what is read of them: `python -m tests.independent_walker [PATH …]`.

It knows nothing of the reader's tables: it walks over a document's XML, and looks for every text of an element and every
value of an attribute in all the strings of the CleanFeed. Words are compared, since columns hold text without markup.
"""

import html
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from ingest.base.models import NotAFeed
from ingest.clean.feed import clean
from ingest.parse.document import parse
from ingest.parse.encoding import decode

SHARED = Path(__file__).parents[2] / "shared"
XML = "{http://www.w3.org/XML/1998/namespace}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
ATOM = "http://www.w3.org/2005/Atom"

# Attributes that only say how a value is written, or name the element for others in the document.
HOW = {"version", "type", "mode", "isPermaLink", "ispermalink", f"{RDF}about", f"{RDF}parseType", f"{RDF}nodeID"}
# Where the feed and its hub are: addresses of a subscription may be secret.
OWN = {"self", "hub", "first", "last", "next", "previous", "prev", "current", "prev-archive", "next-archive"}
# Numbers and dates have columns of their own, in which they are written otherwise.
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
WORD = re.compile(r"[^\W_]+")


def values(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Where in the document, and what: texts of elements, tails, attributes; texts of bodies are not taken apart."""
    for element in root.iter():
        if not isinstance(element.tag, str) or _is_own(element):
            continue
        name = etree.QName(element).localname
        if element.text and element.text.strip():
            yield f"<{name}>", element.text.strip()
        if element.tail and element.tail.strip():
            yield f"</{name}>", element.tail.strip()
        for attribute, value in element.attrib.items():
            if value.strip() and attribute not in HOW and not attribute.startswith(XML):
                yield f"<{name} {attribute}>", value.strip()


def _is_own(element: etree._Element) -> bool:
    name = etree.QName(element).localname
    if name in ("new-feed-url", "newLocation"):
        return True
    if name == "link" and element.getparent() is not None:
        relation = next((v for k, v in element.attrib.items() if etree.QName(k).localname == "rel"), "")
        return relation.lower() in OWN and etree.QName(element.getparent()).localname in ("feed", "channel")
    return False


def strings(of: object) -> Iterator[str]:
    """All strings of a value, numbers as strings."""
    if isinstance(of, str):
        yield of
    elif isinstance(of, bool) or of is None:
        return
    elif isinstance(of, int | float):
        yield f"{of:g}"
    elif isinstance(of, dict):
        for key, value in of.items():
            yield from strings(key)
            yield from strings(value)
    elif isinstance(of, tuple | list):
        for one in of:
            yield from strings(one)
    elif is_dataclass(of):
        for field in fields(of):
            yield from strings(getattr(of, field.name))


class Kept:
    """What is kept of a feed."""

    def __init__(self, said: list[str]) -> None:
        self.whole = set(said)
        texts = [unquote(html.unescape(html.unescape(text))) for text in said]
        self.words = " ".join(" ".join(WORD.findall(text)) for text in texts).casefold()
        self.set = frozenset(self.words.split())

    def has(self, value: str) -> bool:
        if value in self.whole:
            return True
        text = re.sub(r"<[^<>]*>", " ", unquote(html.unescape(html.unescape(value)))).casefold()
        words = WORD.findall(text)
        return not words or " ".join(words) in self.words or set(words) <= self.set


def missing(body: bytes) -> list[tuple[str, str]]:
    try:
        feed = parse(body)
    except NotAFeed:
        return []
    text = decode(body).lstrip()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(re.sub(r"^<\?xml[^>]*>", "", text).strip().encode(), parser)
    except etree.XMLSyntaxError:
        return []
    said = list(strings(clean(feed)))
    for one in (feed, *feed.entries):
        said += strings(one.extra)
    kept = Kept([text for one in said for text in _of_json(one)])
    return [(where, value) for where, value in values(root) if not kept.has(value)]


def _of_json(text: str) -> Iterator[str]:
    yield text
    if text.startswith("[{"):
        try:
            yield from strings(json.loads(text))
        except ValueError:
            return


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]]
    count = 0
    for path in paths or sorted(path for path in (SHARED / "feeds").rglob("*") if path.is_file()):
        for where, value in missing(path.read_bytes()):
            count += 1
            print(f"{path.name}\t{where}\t{value[:150]!r}")
    print(f"{count} not found")
