"""Entries as feeds for other readers: Atom (RFC 4287) and JSON Feed 1.1."""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from ingest.base.urls import is_clickable
from ingest.pages.author_or_tag import find_named
from ingest.pages.feed import load_feed, load_texts
from ingest.pages.listing import Item, Scope, feed_scope, list_entries, scope_before

_ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 has no place for, in whatever form.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MOST_PUBLISHED = 50  # entries
LONGEST_PUBLISHED_HTML = 200_000  # characters


@dataclass(frozen=True)
class FeedSource:
    """What a feed of ours is made of. `archive` (of load_origin) and `name` make its id, which must not change.

    The URLs are absolute and may change; `entry_url` followed by a number is the page of an entry.
    """

    archive: str
    name: str
    title: str
    own_url: str
    page_url: str
    entry_url: str

    @property
    def id(self) -> str:
        return self._urn(self.name)

    def id_of(self, item: Item) -> str:
        return self._urn(f"entry/{item.id}")

    def page_of(self, item: Item) -> str:
        return f"{self.entry_url}{item.id}"

    def _urn(self, name: str) -> str:
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{self.archive} {name}')}"


def load_origin(connection: sqlite3.Connection) -> str:
    """A stable identifier of the archive: when it was made, to the microsecond."""
    [(made,)] = connection.execute("SELECT min(applied_at) FROM _sqlite_migrations")
    return str(made)


def atom(source: FeedSource, items: Sequence[Item], texts: Mapping[int, str]) -> bytes:
    """An Atom document in UTF-8."""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "title", source.title)
    _add(feed, "id", source.id)
    _add(feed, "updated", max((item.updated for item in items), default="1970-01-01T00:00:00Z"))
    _add(feed, "link", rel="self", href=source.own_url, type="application/atom+xml")
    _add(feed, "link", rel="alternate", href=source.page_url, type="text/html")
    for item in items:
        _atom_entry(feed, source, item, texts.get(item.id))
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _atom_entry(feed: ET.Element, source: FeedSource, item: Item, html: str | None) -> None:
    entry = _add(feed, "entry")
    _add(entry, "title", item.title or (item.excerpt or "")[:80] or "Without a title")
    _add(entry, "id", source.id_of(item))
    _add(entry, "updated", item.updated)
    if item.date_from == "published":
        _add(entry, "published", item.date)
    _add(entry, "link", rel="alternate", href=_address(source, item))
    _add(_add(entry, "author"), "name", item.author or item.feed)
    if item.excerpt:
        _add(entry, "summary", item.excerpt)
    if html:
        _add(entry, "content", html, type="html")


def _address(source: FeedSource, item: Item) -> str:
    """The original's, or that of our page where readers could not open it."""
    return item.url if item.url and is_clickable(item.url) else source.page_of(item)


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    cleaned = {name: _NO_XML.sub("", value) for name, value in attributes.items()}
    element = ET.SubElement(parent, f"{{{_ATOM}}}{tag}", cleaned)
    element.text = _NO_XML.sub("", text) if text else None
    return element


def json_feed(source: FeedSource, items: Sequence[Item], texts: Mapping[int, str]) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": source.title,
        "home_page_url": source.page_url,
        "feed_url": source.own_url,
        "items": [_json_item(source, item, texts.get(item.id)) for item in items],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _json_item(source: FeedSource, item: Item, html: str | None) -> dict[str, Any]:
    known: dict[str, Any] = {
        "id": source.id_of(item),
        "url": _address(source, item),
        "title": item.title,
        "summary": item.excerpt,
        "date_published": item.date if item.date_from == "published" else None,
        "date_modified": item.updated if _is_changed(item) else None,
        "authors": [{"name": item.author}] if item.author else None,
    }
    text = {"content_html": html} if html else {"content_text": item.excerpt or ""}
    return {name: value for name, value in known.items() if value} | text


def _is_changed(item: Item) -> bool:
    """Whether its feed says that it was changed, after it was published or in place of that."""
    return item.date_from == "updated" or (item.dated and item.updated != item.date)


@dataclass(frozen=True)
class FeedFormat:
    """`write` makes a document of a source, entries and their HTML by number."""

    label: str
    content_type: str
    write: Callable[[FeedSource, Sequence[Item], Mapping[int, str]], bytes | str]


# By the last part of the address: /feed/1/atom. The pages of feeds, authors and tags link to each, in this order.
FEED_FORMATS = {
    "atom": FeedFormat("Atom", "application/atom+xml", atom),
    "json": FeedFormat("JSON Feed", "application/feed+json", json_feed),
}


class FeedLink(NamedTuple):
    label: str
    href: str
    content_type: str


def feed_links(page_url: str) -> list[FeedLink]:
    """What the page of a feed, author or tag links to: its newest entries in each format."""
    return [
        FeedLink(format.label, f"{page_url}/{name}", format.content_type)
        for name, format in FEED_FORMATS.items()
    ]


@dataclass(frozen=True)
class NewestEntries:
    """The newest entries of a feed, author, tag or folder, which is called `title`. `archive` is of load_origin."""

    archive: str
    title: str
    items: tuple[Item, ...]
    texts: Mapping[int, str]


def load_newest(connection: sqlite3.Connection, kind: str, id: int, end: str) -> NewestEntries | None:
    """Those of a feed, author or tag (`kind`) dated before `end`, of clock.horizon; None where there is no such."""
    if kind == "feed":
        feed = load_feed(connection, id)
        title, scope = (feed.name, feed_scope(id)) if feed else ("", None)
    else:
        named = find_named(connection, "author" if kind == "author" else "tag", id)
        title, scope = (named.name, named.scope) if named else ("", None)
    return load_newest_of(connection, title, scope, end) if scope else None


def load_newest_of(connection: sqlite3.Connection, title: str, scope: Scope, end: str) -> NewestEntries:
    """Those of a scope that is called `title`, dated before `end`."""
    items = list_entries(connection, scope_before(end, scope), limit=MOST_PUBLISHED).items
    texts = load_texts(connection, (item.id for item in items), LONGEST_PUBLISHED_HTML)
    return NewestEntries(load_origin(connection), title, items, texts)
