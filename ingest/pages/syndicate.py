"""Entries as feeds of our own: Atom (RFC 4287) and JSON Feed 1.1, from values. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from ingest.pages.listing import Item

_ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 has no place for, in whatever form.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MOST = 50  # entries
LONGEST_HTML = 200_000  # characters


def atom(
    title: str, own_url: str, page_url: str, items: Sequence[Item], texts: Mapping[int, str], entry_url: str
) -> bytes:
    """An Atom document in UTF-8. Addresses are absolute; `entry_url` with a number behind it is an entry's page."""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "title", title)
    _add(feed, "id", own_url)
    _add(feed, "updated", max((item.date for item in items), default="1970-01-01T00:00:00Z"))
    _add(feed, "link", rel="self", href=own_url, type="application/atom+xml")
    _add(feed, "link", rel="alternate", href=page_url, type="text/html")
    for item in items:
        _atom_entry(feed, item, texts.get(item.id), f"{entry_url}{item.id}")
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _atom_entry(feed: ET.Element, item: Item, html: str | None, page: str) -> None:
    entry = _add(feed, "entry")
    _add(entry, "title", item.title or (item.excerpt or "")[:80] or "Without a title")
    _add(entry, "id", page)
    _add(entry, "updated", item.date)
    if item.dated:
        _add(entry, "published", item.date)
    _add(entry, "link", rel="alternate", href=item.url or page)
    _add(_add(entry, "author"), "name", item.author or item.feed)
    if item.excerpt:
        _add(entry, "summary", item.excerpt)
    if html:
        _add(entry, "content", html, type="html")


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    cleaned = {name: _NO_XML.sub("", value) for name, value in attributes.items()}
    element = ET.SubElement(parent, f"{{{_ATOM}}}{tag}", cleaned)
    element.text = _NO_XML.sub("", text) if text else None
    return element


def json_feed(
    title: str, own_url: str, page_url: str, items: Sequence[Item], texts: Mapping[int, str], entry_url: str
) -> str:
    """A JSON Feed, with the parameters of `atom`."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": page_url,
        "feed_url": own_url,
        "items": [_json_item(item, texts.get(item.id), f"{entry_url}{item.id}") for item in items],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _json_item(item: Item, html: str | None, page: str) -> dict[str, Any]:
    known: dict[str, Any] = {
        "id": page,
        "url": item.url or page,
        "title": item.title,
        "summary": item.excerpt,
        "date_published": item.date if item.dated else None,
        "authors": [{"name": item.author}] if item.author else None,
    }
    text = {"content_html": html} if html else {"content_text": item.excerpt or ""}
    return {name: value for name, value in known.items() if value} | text
