"""Entries and feeds for tests, with something sensible in every field that a test does not care about."""

import hashlib
from typing import Any

from ingest.base.models import CleanEntry, CleanFeed, Hints

NOW = "2026-01-01T00:00:00Z"
LATER = "2026-01-02T00:00:00Z"
LATER_STILL = "2026-01-03T00:00:00Z"


def clean_entry(guid: str = "1", **values: Any) -> CleanEntry:
    text = values.get("text", f"The text of {guid}.")
    everything: dict[str, Any] = {
        "url": f"https://example.org/{guid}",
        "title": f"Title of {guid}",
        "author": ", ".join(values.get("authors", ())) or None,
        "authors": (),
        "tags": (),
        "enclosures": (),
        "published": "2025-06-01T12:00:00Z",
        "posted": None,
        "updated": None,
        "comments_url": None,
        "image_url": None,
        "language": "en",
        "html": f"<p>{text}</p>",
        "text": text,
        "links": (),
        "excerpt": text,
        "words": len(text.split()),
    } | values
    fingerprint = hashlib.sha256(repr((guid, sorted(everything.items()))).encode()).hexdigest()[:32]
    return CleanEntry(guid=guid, **({"fingerprint": fingerprint} | everything))


def clean_feed(*entries: CleanEntry, **values: Any) -> CleanFeed:
    everything: dict[str, Any] = {
        "format": "rss2.0",
        "url": "https://example.org/feed.xml",
        "title": "An example",
        "site_url": "https://example.org/",
        "description": None,
        "icon_url": None,
        "language": "en",
        "hub_url": None,
        "hints": Hints(),
        "damage": None,
    }
    return CleanFeed(entries=entries, **(everything | values))
