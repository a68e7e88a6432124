"""Parse a document of any format (RSS, Atom, RDF, JSON Feed), or say what it is instead of a feed."""

import re
from dataclasses import replace

from ingest.base.models import DateOrder, Entry, Feed, NotAFeed
from ingest.base.urls import join_url
from ingest.base.xml_root import is_atom_entry, is_feed_root, root, trim_to_root
from ingest.parse.encoding import decode
from ingest.parse.jsonfeed import is_json_feed, parse_json_feed
from ingest.parse.no_feed import what_it_is
from ingest.parse.xml_document import parse_xml_feed

_ADDRESS = re.compile(r"\.{0,2}/|[a-z][a-z0-9+.-]*:", re.IGNORECASE)  # rather than a name, as "CC-BY 4.0" is


def parse(
    body: bytes,
    content_type: str | None = None,
    url: str | None = None,
    date_order: DateOrder | None = None,
) -> Feed:
    """The feed in a document's bytes. `content_type` is the HTTP header; relative URLs are resolved against `url`.

    `date_order` is that in which the feed's earlier documents were read, which another may prove wrong.

    Raises NotAFeed, whose message says what the document is instead.
    """
    text = trim_to_root(decode(body, content_type).strip())
    if is_json_feed(text):
        feed = parse_json_feed(text, date_order)
    elif is_feed_root(name := root(text)) or is_atom_entry(text):
        feed = parse_xml_feed(text, date_order)
    else:
        raise NotAFeed(what_it_is(body, text, name.rpartition(":")[2].lower()))
    return _resolved(feed, url)


def _resolved(feed: Feed, url: str | None) -> Feed:
    """The feed with its relative URLs made absolute, as far as a base URL is known."""
    web = url if url and url.startswith(("http://", "https://")) else None
    own = _absolute(feed.url, web)
    site = _absolute(feed.site_url, web or own)
    base = site or own or web
    return replace(
        feed,
        url=own,
        site_url=site,
        icon_url=_absolute(feed.icon_url, base),
        hub_url=_absolute(feed.hub_url, base),
        entries=tuple(_entry_resolved(entry, base) for entry in feed.entries),
    )


def _entry_resolved(entry: Entry, base: str | None) -> Entry:
    near = _absolute(entry.base, base) if entry.base else base
    source = entry.source
    return replace(
        entry,
        url=_absolute(entry.url, base),
        comments_url=_absolute(entry.comments_url, base),
        image_url=_absolute(entry.image_url, base),
        base=near if entry.base else None,
        enclosures=tuple(
            replace(enclosure, url=_absolute(enclosure.url, near) or enclosure.url)
            for enclosure in entry.enclosures
        ),
        media=tuple(replace(file, url=_absolute(file.url, near)) for file in entry.media),
        source=replace(source, url=_absolute(source.url, base)) if source else None,
        external_url=_absolute(entry.external_url, base),
        license=_absolute(entry.license, near) if _ADDRESS.match(entry.license or "") else entry.license,
    )


def _absolute(address: str | None, base: str | None) -> str | None:
    if not address or not base:
        return address
    absolute = join_url(base, address.strip())
    return address if absolute is None else absolute
