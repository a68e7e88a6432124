"""What our reader and feedparser read otherwise, of the documents of ../shared: `python -m tests.judge [PATH …]`.

feedparser reads as it is configured in ingest/parse/feedparser.
"""

import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from ingest.base.models import Entry, NotAFeed
from ingest.base.plain_text import one_line
from ingest.base.xml_root import is_feed_root, root, trim_to_root
from ingest.parse.encoding import decode
from ingest.parse.feedparser.reading import read_by_feedparser
from ingest.parse.repair_xml import Refused
from ingest.parse.xml_document import parse_xml_feed
from tests.judged_differences import reason

SHARED = Path(__file__).parents[2] / "shared"
FIELDS = "guid url title authors tags published updated enclosures comments_url language image_url base body".split()
OF_FEED = (
    "format url title site_url description icon_url language generator hub_url hints updated damage".split()
)


def documents() -> list[Path]:
    found = [path for name in ("feeds", "cases") for path in (SHARED / name).rglob("*") if path.is_file()]
    return sorted(path for path in found if path.suffix not in (".md", ".tsv", ".warc", ".gz"))


def xml_text(path: Path) -> str | None:
    text = trim_to_root(decode(path.read_bytes()).strip())
    return text if is_feed_root(root(text)) else None


def differences(text: str) -> Iterator[tuple[str, object, object]]:
    """Field, what ours says, what feedparser says."""
    try:
        with warnings.catch_warnings(action="ignore"):
            theirs = read_by_feedparser(text)
    except (NotAFeed, Refused):
        return
    ours = parse_xml_feed(text)
    for field in OF_FEED:
        if (one := getattr(ours, field)) != (other := getattr(theirs, field)):
            yield f"feed.{field}", one, other
    if len(ours.entries) != len(theirs.entries):
        yield "entries", len(ours.entries), len(theirs.entries)
        return
    for entry, other_entry in zip(ours.entries, theirs.entries, strict=True):
        for field in FIELDS:
            one, other = _said(entry, field), _said(other_entry, field)
            if one != other and not (field == "body" and str(other) in f"{one} {_letters(entry.summary)}"):
                yield field, one, other


def _said(entry: Entry, field: str) -> object:
    if field == "body":
        return _letters(entry.html)
    if field == "title":
        return one_line(entry.title, 1000)
    if field == "guid" and entry.guid_derived:
        return None
    value = getattr(entry, field)
    return value.strip() if isinstance(value, str) else value


def _letters(html: str) -> str:
    return re.sub(r"[\W_]+", "", one_line(html, 1_000_000) or "")


def unexplained(path: Path) -> list[tuple[str, object, object]]:
    """The differences of a document that are in no list."""
    text = xml_text(path)
    return [one for one in differences(text) if not reason(path, one[0])] if text else []


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]] or documents()
    count = 0
    for path in paths:
        for field, one, other in unexplained(path):
            count += 1
            print(path.name, field, repr(str(one)[:150]), repr(str(other)[:150]), sep="\t")
    print(f"{len(paths)} documents, {count} differences without a reason")
    sys.exit(bool(count))
