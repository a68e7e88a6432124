"""How long our reader takes for the XML feeds of ../shared/feeds, and feedparser for the same texts.

All begin with the decoded text. Of ours it says what lxml takes alone, what it takes with our mapping, and with the
dates read and the bodies chosen as well, which is all that makes a Feed. feedparser is measured by its defaults, with
which ours is compared, and as `ingest.parse.feedparser` has it, without sanitising and resolving. Run as a program.
"""

import io
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import feedparser

from ingest.base.models import NotAFeed
from ingest.base.xml_root import is_feed_root, root, trim_to_root
from ingest.parse.encoding import decode

FEEDS = Path(__file__).parents[3] / "shared" / "feeds"
MOST = 0.1


def texts() -> list[str]:
    paths = sorted(path for path in FEEDS.rglob("*") if path.is_file())
    decoded = (trim_to_root(decode(path.read_bytes()).strip()) for path in paths)
    return [text for text in decoded if is_feed_root(root(text))]


def seconds(read: Callable[[str], object], given: list[str]) -> float:
    began = time.process_time()
    for text in given:
        with suppress(NotAFeed, ValueError), warnings.catch_warnings(action="ignore"):
            read(text)
    return time.process_time() - began


def by_defaults(given: list[str]) -> float:
    """To be asked first: what is imported for the others changes feedparser."""
    header = {"content-type": "application/xml; charset=utf-8"}
    return seconds(lambda text: feedparser.parse(io.BytesIO(text.encode()), response_headers=header), given)


def as_configured(given: list[str]) -> float:
    from ingest.parse.feedparser.bounded import run_feedparser
    from ingest.parse.repair_xml import repair

    return seconds(lambda text: run_feedparser(repair(text)[0]), given)


def ours(given: list[str]) -> tuple[float, float, float]:
    """lxml; with our mapping; with dates and bodies. The best of several, but each date is read anew."""
    from ingest.parse.dates.read import read_date
    from ingest.parse.xml.tree.xml_tree import read_tree
    from ingest.parse.xml_document import parse_xml_feed

    def whole() -> float:
        read_date.cache_clear()
        return seconds(parse_xml_feed, given)

    by_lxml = min(seconds(read_tree, given) for _ in range(5))
    with (
        patch("ingest.parse.xml.parts.dated.read_date", lambda text, order: text),
        patch("ingest.parse.xml.texts.choose_texts", lambda texts: (texts[0] if texts else None, "")),
    ):
        mapped = min(seconds(parse_xml_feed, given) for _ in range(5))
    return by_lxml, mapped, min(whole() for _ in range(5))


def main() -> int:
    given = texts()
    print(f"{len(given)} documents, {sum(map(len, given)):,} characters")
    defaults, configured = by_defaults(given), as_configured(given)
    by_lxml, mapped, whole = ours(given)
    print(f"lxml: {by_lxml:.2f} s; with our mapping: {mapped:.2f} s; with dates and bodies: {whole:.2f} s")
    for name, theirs in (("by its defaults", defaults), ("as it is configured here", configured)):
        print(
            f"feedparser {name}: {theirs:.2f} s; our mapping to it {mapped / theirs:.3f}, all {whole / theirs:.3f}"
        )
    print(f"lxml and our mapping are to be under {MOST} of feedparser by its defaults.")
    return int(mapped > MOST * defaults)


if __name__ == "__main__":
    sys.exit(main())
