"""Feed autodiscovery in a web page: `<link rel=alternate>`, links that look like a feed, and the usual paths. Pure.

A page is untrusted, and a parser's work grows with the square of how deep it nests and of how much a tag holds. So
only the tags that matter are cut out of it, in bounded number and length, and those alone are parsed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import httpx2
from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.base.http_url import BadAddress, parse_http_url, redirect_target
from ingest.base.url_spelling import looks_like_feed, typed_url
from ingest.base.urls import feed_key, url_host
from ingest.follow.known_sites import known_feeds
from ingest.parse.encoding import decode

LONGEST_PAGE = 2_000_000  # bytes: what follows is not looked at
LONGEST_TAG = 3000  # characters: a longer one is passed over
LONGEST_TITLE = 200
MOST_TAGS = 500
MOST_CANDIDATES = 20  # of each kind

_NOT_SHOWN = re.compile(
    r"<!--(?:.*?-->|.*)|<(script|style|template)\b(?:.*?</\1\b|.*)", re.DOTALL | re.IGNORECASE
)
# Bounded and possessive quantifiers: linear in the text, whatever quotes are left open (no catastrophic backtracking).
_TAG = re.compile(
    r"<(?:link|base|a)\s(?:[^\"'<>]{1,3000}+|\"[^\"]{0,3000}\"|'[^']{0,3000}'){0,60}+>", re.IGNORECASE
)
_LABEL = 300  # characters behind the tag of a link, in which its words are
_MARKUP = re.compile(r"<[^>]*(?:>|$)")
_MATTERS = re.compile(r"alternate|canonical|feed|rss|atom|rdf|^<base", re.IGNORECASE)

_FEED_TYPE = re.compile(r"\b(?:rss|atom|rdf|feed)\b", re.IGNORECASE)
_VAGUE_TYPES = {"", "application/json", "application/xml", "text/xml"}  # of a feed, or of something else
_SAYS_FEED = re.compile(r"\b(?:rss|atom)\b|^\W*feed\W*$", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_OF_COMMENTS = re.compile(r"comment", re.IGNORECASE)

_USUAL = ("feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "rss", "feed.json")


@dataclass(frozen=True)
class Candidate:
    """An address that may be a feed's. The title is untrusted, as plain text."""

    url: str
    title: str | None = None


@dataclass(frozen=True)
class Candidates:
    """URLs to try in this order: each kind only where none of the kind before it is a feed."""

    named: tuple[Candidate, ...]  # by the page as its feeds; those of comments last
    linked: tuple[Candidate, ...]  # links that look like a feed; those to other sites last
    usual: tuple[Candidate, ...]  # where feeds often are


def candidates(html: bytes | str, base_url: str, content_type: str | None = None) -> Candidates:
    """Where the feeds of the page at `base_url` may be, none twice. `content_type` is HTTP's header.

    Raises BadAddress where `base_url` is no web address.
    """
    page, _ = parse_http_url(base_url)
    tags = list(_tags(_text(html, content_type)))
    base = _base(page, tags)
    seen = {feed_key(base_url)}
    named = sorted(_named(base, tags), key=_is_of_comments) or list(_known(page, base, tags))
    linked = sorted(_linked(base, tags), key=lambda candidate: _is_elsewhere(page, candidate))
    return Candidates(_unique(named, seen), _unique(linked, seen), _unique(_usual(page), seen))


def _text(html: bytes | str, content_type: str | None) -> str:
    if isinstance(html, str):
        return html[:LONGEST_PAGE]
    meta = html[:1024].decode("latin-1")  # whose charset= is written as in the header
    return decode(html[:LONGEST_PAGE], content_type if content_type and "charset" in content_type else meta)


def _tags(text: str) -> Iterator[LexborNode]:
    """The link, base and a elements that may matter, without their context."""
    tree = LexborHTMLParser("".join(islice(_cut_out(_NOT_SHOWN.sub(" ", text)), MOST_TAGS)))
    yield from tree.css("link, base, a")


def _cut_out(text: str) -> Iterator[str]:
    for tag in _TAG.finditer(text):
        piece = tag[0]
        if piece[:2].lower() == "<a":
            label = text[tag.end() : tag.end() + _LABEL].lower().partition("</a")[0]
            words = text[tag.end() : tag.end() + len(label)]
            piece += f"{_MARKUP.sub(' ', words)}</a>"
        if len(piece) <= LONGEST_TAG and _MATTERS.search(piece):
            yield piece


def _base(page: httpx2.URL, tags: Iterable[LexborNode]) -> httpx2.URL:
    for tag in tags:
        if tag.tag == "base" and (target := _resolved(page, tag)):
            return target
    return page


def _resolved(base: httpx2.URL, tag: LexborNode) -> httpx2.URL | None:
    href = re.sub(r"[\t\r\n]", "", tag.attributes.get("href") or "").strip()
    if not href:
        return None
    try:
        return httpx2.URL(typed_url(href)[0]) if href[:5].lower() == "feed:" else redirect_target(base, href)
    except BadAddress:
        return None


def _named(base: httpx2.URL, tags: Iterable[LexborNode]) -> Iterator[Candidate]:
    for tag in tags:
        relations = (tag.attributes.get("rel") or "").lower().split()
        if tag.tag != "link" or not {"alternate", "feed"} & set(relations) or "stylesheet" in relations:
            continue
        url = _resolved(base, tag)
        if url and (
            _is_feed_type(tag) or "feed" in relations or (_is_vague(tag) and looks_like_feed(str(url)))
        ):
            yield Candidate(str(url), _plain(tag.attributes.get("title")))


def _is_feed_type(tag: LexborNode) -> bool:
    return bool(_FEED_TYPE.search(tag.attributes.get("type") or ""))


def _is_vague(tag: LexborNode) -> bool:
    return (tag.attributes.get("type") or "").partition(";")[0].strip().lower() in _VAGUE_TYPES


def _known(page: httpx2.URL, base: httpx2.URL, tags: Iterable[LexborNode]) -> Iterator[Candidate]:
    """The feeds that follow from the page's URL, or from its canonical URL (RFC 6596)."""
    canonical = [
        _resolved(base, tag) for tag in tags if (tag.attributes.get("rel") or "").lower() == "canonical"
    ]
    for url in [page, *canonical[:1]]:
        yield from (Candidate(feed) for feed in known_feeds(str(url)))


def _linked(base: httpx2.URL, tags: Iterable[LexborNode]) -> Iterator[Candidate]:
    for tag in tags:
        url = _resolved(base, tag) if tag.tag == "a" else None
        says = _plain(tag.text()) or _plain(tag.attributes.get("title"))
        if url and (looks_like_feed(str(url)) or _is_feed_type(tag) or _SAYS_FEED.search(says or "")):
            yield Candidate(str(url), says)


def _usual(page: httpx2.URL) -> Iterator[Candidate]:
    """At the root, and before that in the folder that the page is, or is in: a site may have several blogs."""
    folder, _, last = page.path.rstrip("/").rpartition("/")
    if last and "." not in last:
        folder = f"{folder}/{last}"
    for place in dict.fromkeys((folder, "")):
        yield from (Candidate(str(page.copy_with(path=f"{place}/{name}", query=None))) for name in _USUAL)


def _plain(text: str | None) -> str | None:
    """The text as one line without control characters, cut to LONGEST_TITLE; None where nothing is left."""
    line = " ".join((text or "")[: 2 * LONGEST_TITLE].split())
    return _CONTROL.sub("", line)[:LONGEST_TITLE] or None


def _is_of_comments(candidate: Candidate) -> bool:
    return bool(_OF_COMMENTS.search(f"{candidate.title} {candidate.url}"))


def _is_elsewhere(page: httpx2.URL, candidate: Candidate) -> bool:
    here, there = (url_host(url) for url in (str(page), candidate.url))
    return here != there and not here.endswith("." + there) and not there.endswith("." + here)


def _unique(found: Iterable[Candidate], seen: set[str]) -> tuple[Candidate, ...]:
    fresh = []
    for candidate in found:
        if (key := feed_key(candidate.url)) not in seen:
            seen.add(key)
            fresh.append(candidate)
    return tuple(fresh[:MOST_CANDIDATES])
