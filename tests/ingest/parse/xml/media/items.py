"""An item of RSS with elements in the usual namespaces, as the reader has it."""

import json
from typing import Any

from ingest.base.models import Entry
from ingest.parse.document import parse

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
    "media": "http://search.yahoo.com/mrss/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "atom": "http://www.w3.org/2005/Atom",
    "rawvoice": "http://www.rawvoice.com/rawvoiceRssModule/",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "webfeeds": "http://webfeeds.org/rss/1.0",
}


def item_entry(elements: str) -> Entry:
    declared = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())
    document = (
        f'<rss version="2.0" {declared}><channel><title>T</title><item>{elements}</item></channel></rss>'
    )
    return parse(document.encode()).entries[0]


def media_rows(elements: str) -> list[dict[str, Any]]:
    """Each row of the item's media, without what is None."""
    return [
        {name: value for name, value in vars(row).items() if value is not None}
        for row in item_entry(elements).media
    ]


def left_over(elements: str) -> str:
    """The item's `extra`, as JSON."""
    return json.dumps(item_entry(elements).extra)
