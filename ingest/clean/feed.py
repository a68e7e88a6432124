"""Turn an untrusted Feed into a CleanFeed, which may be stored: sanitise HTML, extract text, check URLs. Pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict

from ingest.base.models import CleanEntry, CleanFeed, Enclosure, Entry, Feed
from ingest.base.plain_text import one_line, shortened, without_surrogates
from ingest.base.url_spelling import without_credentials
from ingest.base.urls import web_url
from ingest.clean.balance import bounded
from ingest.clean.extract_text import count_words, extract_text
from ingest.clean.forummagnum import Unwrapped, unwrap
from ingest.clean.rewrite import rewrite
from ingest.clean.sanitise import sanitise

_LONGEST_TITLE = 1000  # characters, as below
_LONGEST_NAME = 200
_LONGEST_DESCRIPTION = 2000
_LONGEST_GUID = 2000
_LONGEST_SUMMARY = 20_000
_EXCERPT = 280
_MOST = 100  # authors, tags, enclosures
_LARGEST_LENGTH = 2**63 - 1  # bytes, of what SQLite can store


def clean(feed: Feed) -> CleanFeed:
    """The feed as it is stored. Never raises."""
    base = web_url(feed.site_url) or web_url(feed.url)
    return CleanFeed(
        format=feed.format,
        url=web_url(feed.url),
        title=one_line(feed.title, _LONGEST_TITLE),
        site_url=web_url(feed.site_url, base),
        description=one_line(feed.description, _LONGEST_DESCRIPTION),
        icon_url=web_url(feed.icon_url, base),
        language=one_line(feed.language, _LONGEST_NAME),
        hub_url=web_url(feed.hub_url, base),
        hints=feed.hints,
        entries=tuple(_clean_entry(entry, base) for entry in feed.entries),
        damage=feed.damage,
        updated=feed.updated,
        date_order=feed.date_order,
    )


def _clean_entry(entry: Entry, feed_base: str | None) -> CleanEntry:
    url = web_url(entry.url, feed_base)
    base = web_url(entry.base, url or feed_base) or url or feed_base
    post = unwrap(entry.html)
    html = _safe(post.html, entry.guid, base, url)
    text, links = extract_text(html)
    authors = _names(entry.authors)
    return CleanEntry(
        guid=_guid(entry.guid),
        url=url,
        title=one_line(entry.title, _LONGEST_TITLE),
        author=", ".join(authors) or None,
        authors=authors,
        tags=_names(entry.tags),
        enclosures=tuple(_enclosures(entry.enclosures, base)),
        published=entry.published,
        posted=_posted(post, entry.published),
        updated=entry.updated,
        comments_url=web_url(entry.comments_url, base) or web_url(post.comments_url, base),
        image_url=web_url(entry.image_url, base),
        language=one_line(entry.language, _LONGEST_NAME),
        html=html,
        text=text,
        links=links,
        excerpt=_excerpt(entry, base) or _beginning(text),
        words=count_words(text),
        fingerprint=_fingerprint(entry),
        guid_derived=entry.guid_derived,
        published_text=one_line(entry.published_text, _LONGEST_NAME),
    )


def _safe(html: str, guid: str, base: str | None, url: str | None) -> str:
    prefix = f"e{hashlib.sha256(guid.encode('utf-8', 'replace')).hexdigest()[:8]}-"
    return sanitise(rewrite(bounded(html), prefix, base, url)).strip()


def _excerpt(entry: Entry, base: str | None) -> str:
    if not entry.summary:
        return ""
    summary = unwrap(entry.summary).html[:_LONGEST_SUMMARY]
    return _beginning(extract_text(_safe(summary, entry.guid, base, None)).text)


def _beginning(text: str) -> str:
    return shortened(" ".join(text[: _EXCERPT * 8].split()), _EXCERPT)


def _posted(post: Unwrapped, published: str | None) -> str | None:
    """The page's date, None where it is the feed's: the page gives minutes, the feed seconds."""
    return None if published and post.posted and published[:16] == post.posted[:16] else post.posted


def _names(values: Iterable[str]) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for value in list(values)[:_MOST]:
        if name := one_line(value, _LONGEST_NAME):
            names.setdefault(name.casefold(), name)
    return tuple(names.values())


def _enclosures(enclosures: Iterable[Enclosure], base: str | None) -> Iterable[Enclosure]:
    for enclosure in list(enclosures)[:_MOST]:
        if url := web_url(enclosure.url, base):
            length = enclosure.length
            known = length is not None and 0 < length <= _LARGEST_LENGTH
            yield Enclosure(url, one_line(enclosure.type, _LONGEST_NAME), length if known else None)


def _guid(guid: str) -> str:
    guid = without_surrogates(guid).replace("\0", "")
    if guid[:4].lower() == "http":
        guid = without_credentials(guid)
    if len(guid) <= _LONGEST_GUID:
        return guid
    return "urn:sha256:" + hashlib.sha256(guid.encode()).hexdigest()


def _fingerprint(entry: Entry) -> str:
    values = asdict(entry)
    del values["guid_derived"]  # follows from the rest
    raw = json.dumps(values, sort_keys=True)
    return hashlib.sha256(raw.encode("ascii")).hexdigest()[:32]
