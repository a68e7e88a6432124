"""What XML feeds say and no column, row or `extra` has: `python -m tests.independent_walker [PATH …]`.

It knows nothing of the reader's tables: it walks over a document's XML, and looks for every text of an element and
every value of an attribute in all the strings of the CleanFeed. Words are compared, since columns hold text without
markup.
"""

import html
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from ingest.base.models import NotAFeed
from ingest.clean.feed import clean
from ingest.parse.dates.read import read_date
from ingest.parse.document import parse
from ingest.parse.encoding import decode

SHARED = Path(__file__).parents[2] / "shared"
XML = "{http://www.w3.org/XML/1998/namespace}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
ATOM = "http://www.w3.org/2005/Atom"

# Attributes that only say how a value is written, or name the element for others in the document.
HOW = {
    "rel",
    "isPermalink",
    f"{RDF}resource",
    "version",
    "type",
    "mode",
    "isPermaLink",
    "ispermalink",
    f"{RDF}about",
    f"{RDF}parseType",
    f"{RDF}nodeID",
}
# Where the feed and its hub are: addresses of a subscription may be secret.
OWN = {"self", "hub", "first", "last", "next", "previous", "prev", "current", "prev-archive", "next-archive"}
# Numbers and dates have columns of their own, in which they are written otherwise.
NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?")
# What is no loss, by the document's name.
EXPLAINED = {
    "atom_0.3_DC_Sy.xml": "link href",  # relative, in a document without a base: they lead nowhere
    "feed-2025-01-30.xml": "published january am pm gmt",  # LessWrong's line, which is entries.posted
    "lesswrong-bestof-2018.reconstructed.rss": "aria mjx",  # styles of formulas
    "lesswrong-bestof-2019.reconstructed.rss": "aria mjx",
    "lesswrong-bestof-2020.reconstructed.rss": "aria mjx λ",
    "mapbox.rss": "svg xml",  # a picture in the address itself
    "planete-jquery.xml": "iframe",  # a tag that is cut off
    "rubymine.feedburner.rss": "continue reading",  # the link behind a beginning
}
UNSEEN = re.compile(r"<(style|script)\b.*?</\1>|[\xad\u200b-\u200f\u2060\ufeff\x80-\x9f]", re.DOTALL)
TIME = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)")
# Of markup in a body: what is shown of it.
SHOWN = {"href", "src", "alt", "title"}
MARKUP = {"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
BODIES = {"description", "content", "encoded", "summary", "body"}
WORD = re.compile(r"[^\W_]+")


def values(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Where in the document, and what: texts of elements, tails, attributes; texts of bodies are not taken apart."""
    for element in root.iter():
        if not isinstance(element.tag, str) or _is_own(element):
            continue
        name = etree.QName(element).localname
        marked_up = _is_of_a_body(element)
        if element.text and element.text.strip():
            yield f"<{name}>", element.text.strip()
        if element.tail and element.tail.strip():
            yield f"</{name}>", element.tail.strip()
        for attribute, value in element.attrib.items():
            said = attribute in SHOWN if marked_up else attribute not in HOW and not attribute.startswith(XML)
            if name == "iframe" and attribute == "src":  # becomes a link to what it shows
                value = value.partition("?")[0].rpartition("/")[2]
            if said and value.strip():
                yield f"<{name} {attribute}>", value.strip()


def _is_of_a_body(element: etree._Element) -> bool:
    return etree.QName(element).namespace in MARKUP or any(
        etree.QName(outer).localname in BODIES for outer in element.iterancestors()
    )


def _is_own(element: etree._Element) -> bool:
    name = etree.QName(element).localname
    if name in ("new-feed-url", "newLocation", "metadata"):  # the last is of SVG
        return True
    if name == "img" and "1" in (element.get("width"), element.get("height")):  # counts readers
        return True
    if name == "id" and element.getparent() is element.getroottree().getroot():
        return any(element.text == link.get("href") for link in element.itersiblings(preceding=True)) or any(
            element.text == link.get("href") for link in element.itersiblings()
        )
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
        yield str(int(of)) if of == int(of) else str(of)
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
        texts = [UNSEEN.sub("", unquote(html.unescape(html.unescape(text)))) for text in said]
        self.words = " ".join(" ".join(WORD.findall(text)) for text in texts).casefold()
        self.set = frozenset(self.words.split())
        self.letters = self.words.replace(" ", "")
        self.numbers = {float(text) for text in said if NUMBER.fullmatch(text)}

    def lacks(self, value: str) -> str:
        """The words of a value that are not there; "" where it is."""
        if value in self.whole or _moment(value) in self.whole:
            return ""
        time = TIME.fullmatch(value)
        seconds = str(int(time[1] or 0) * 3600 + int(time[2]) * 60 + float(time[3])) if time else value
        numbers = seconds.replace(",", " ").split()
        if all(NUMBER.fullmatch(one) and float(one) in self.numbers for one in numbers):
            return ""
        markup = UNSEEN.sub("", unquote(html.unescape(html.unescape(value))))
        words = WORD.findall(re.sub(r"<[^<>]*>", " ", markup).casefold())
        if " ".join(words) in self.words:
            return ""
        run_together = (
            self.letters if len(words) > 3 else ()
        )  # a text whose words stand closer together in a column
        return " ".join(
            word for word in dict.fromkeys(words) if word not in self.set and word not in run_together
        )


def _moment(value: str) -> str:
    """A date in the archive's form; the value itself where it is none."""
    try:
        is_iso = re.match(r"\d{4}-", value)
        moment = datetime.fromisoformat(value) if is_iso else parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return read_date(value) or value  # whose tests are of their own
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment.tzinfo else read_date(value) or value
    )


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
    return [(where, lacking) for where, value in values(root) if (lacking := kept.lacks(value))]


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
            if set(value.split()) <= set(EXPLAINED.get(path.name, "").split()):
                continue
            count += 1
            print(f"{path.name}\t{where}\t{value[:150]!r}")
    print(f"{count} not found")
