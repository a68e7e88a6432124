"""Turn an untrusted Feed into a CleanFeed, which may be stored: sanitise HTML, extract text, check URLs. Pure."""

from dataclasses import replace

from ingest.base.models import CleanFeed, Feed, KnownEntry
from ingest.base.plain_text import one_line
from ingest.base.urls import web_url
from ingest.clean.entry import MOST_OF_A_NAME, MOST_OF_A_TITLE, clean_entry
from ingest.clean.extra import MOST_OF_A_FEED, stored_extra
from ingest.clean.fingerprint import clean_guid, entry_fingerprint

_LONGEST_DESCRIPTION = 2000  # characters


def clean(feed: Feed) -> CleanFeed:
    """The feed as it is stored. Never raises."""
    base = base_of_feed(feed)
    entries = tuple(clean_entry(entry, base) for entry in feed.entries)
    return replace(_clean_head(feed, base), entries=entries)


def clean_head(feed: Feed) -> CleanFeed:
    """The feed as it is stored, with what tells whether its entries are known, before any is cleaned."""
    entries = (
        KnownEntry(clean_guid(entry.guid), entry_fingerprint(entry), entry.published, entry.updated)
        for entry in feed.entries
    )
    return replace(_clean_head(feed, base_of_feed(feed)), entries=tuple(entries))


def base_of_feed(feed: Feed) -> str | None:
    """The URL to which those of the feed are relative."""
    return web_url(feed.site_url) or web_url(feed.url)


def _clean_head(feed: Feed, base: str | None) -> CleanFeed:
    return CleanFeed(
        format=feed.format,
        url=web_url(feed.url),
        title=one_line(feed.title, MOST_OF_A_TITLE),
        site_url=web_url(feed.site_url, base),
        description=one_line(feed.description, _LONGEST_DESCRIPTION),
        icon_url=web_url(feed.icon_url, base),
        language=one_line(feed.language, MOST_OF_A_NAME),
        hub_url=web_url(feed.hub_url, base),
        hints=feed.hints,
        entries=(),
        damage=feed.damage,
        updated=feed.updated,
        date_order=feed.date_order,
        extra=stored_extra(feed.extra, MOST_OF_A_FEED),
    )
