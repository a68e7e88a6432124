"""An entry of RSS, RDF or Atom: what its elements say, by the tables, and all else in `extra`."""

from dataclasses import dataclass
from typing import NamedTuple

from ingest.base.models import Credit, DateOrder, Enclosure, Entry, Media
from ingest.base.plain_text import one_line
from ingest.base.urls import may_be_kept
from ingest.parse.common import derived_guid, language
from ingest.parse.xml.extra import leftovers
from ingest.parse.xml.files import FILE_ELEMENTS, enclosures_of, picture_of
from ingest.parse.xml.links import link_texts, linked, links_of, pages_first, target
from ingest.parse.xml.markup import first_inline
from ingest.parse.xml.media.credits_of_entry import CREDIT_ELEMENTS, credits_of
from ingest.parse.xml.media.media_of_entry import MEDIA_ELEMENTS, duration_of, episode_of, media_of, season_of
from ingest.parse.xml.node import Node, first_text
from ingest.parse.xml.parts.arxiv import authors_of_arxiv
from ingest.parse.xml.parts.dated import dates_of
from ingest.parse.xml.parts.people import authors_of
from ingest.parse.xml.parts.places import PLACE_ELEMENTS, point_of
from ingest.parse.xml.parts.rights import RIGHTS_ELEMENTS, license_of
from ingest.parse.xml.parts.sources import source_of
from ingest.parse.xml.parts.tags import tags_of
from ingest.parse.xml.scope import address, language_of
from ingest.parse.xml.tables import (
    COMMENT_COUNTS,
    GUIDS,
    ITEMS,
    PUBLISHED,
    REAL_LINKS,
    TITLE_BOUND,
    TITLE_ELEMENTS,
)
from ingest.parse.xml.texts import source_address, texts_of

_WEB = ("http://", "https://")
_COMMENTS = frozenset(("comments", *COMMENT_COUNTS))
_FURTHER = frozenset().union(PLACE_ELEMENTS, MEDIA_ELEMENTS, FILE_ELEMENTS, CREDIT_ELEMENTS, RIGHTS_ELEMENTS)
_PLAIN_LINKS = frozenset(("alternate", "self", "edit", "replies"))


class _More(NamedTuple):
    """What goes with a text. Most entries of most feeds have nothing of it."""

    place: tuple[float, float] | None = None
    media: tuple[Media, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    credits: tuple[Credit, ...] = ()
    duration: float | None = None
    season: float | None = None
    episode: float | None = None
    image_url: str | None = None
    license: str | None = None


_NO_MORE = _More()


@dataclass(frozen=True)
class Surroundings:
    """What a document says for all its entries."""

    atom: bool = False
    authors: tuple[str, ...] = ()
    language: str | None = None
    order: DateOrder | None = None


def read_entry(item: Node, around: Surroundings) -> Entry:
    """The entry of an <item> or <entry>."""
    title = first_inline(item.among(TITLE_ELEMENTS), TITLE_BOUND)
    spoken = _language(item)
    guid, permalink = _guid(item)
    said = texts_of(item)
    url = _url(item, permalink, spoken or language_of(item))
    published, updated, words = dates_of(item, around.order, around.atom)
    if words and one_line(words, TITLE_BOUND):  # `extra` has what is a tag alone
        first_text(item.among(PUBLISHED))
    own_authors = authors_of_arxiv(item) or authors_of(item)
    source, source_authors = source_of(item, bool(own_authors))
    more = _more(item)
    comments_url, comments = _comments(item)
    return Entry(
        guid=guid or derived_guid(url, title, published or updated, said.html),
        guid_derived=not guid,
        url=url,
        title=title,
        html=said.html,
        summary=said.summary,
        authors=own_authors or source_authors or around.authors,
        tags=tags_of(item),
        enclosures=more.enclosures,
        media=more.media,
        credits=more.credits,
        duration=more.duration,
        season=more.season,
        episode=more.episode,
        published=published,
        updated=updated,
        published_text=words,
        comments_url=comments_url,
        comments=comments,
        image_url=more.image_url,
        language=spoken or said.language or around.language,
        base=said.base,
        source=source,
        license=more.license,
        latitude=more.place[0] if more.place else None,
        longitude=more.place[1] if more.place else None,
        extra=tuple(leftovers(item, ITEMS)),
    )


def _more(item: Node) -> _More:
    if not item.has(_FURTHER) and linked(item).keys() <= _PLAIN_LINKS and not source_address(item):
        return _NO_MORE
    place = point_of(item)
    media = media_of(item)
    return _More(
        place=place,
        media=media,
        enclosures=enclosures_of(item),
        credits=credits_of(item),
        duration=duration_of(item, media),
        season=season_of(item),
        episode=episode_of(item),
        image_url=picture_of(item),
        license=license_of(item),
    )


def _language(item: Node) -> str | None:
    for node in item.all("dc:language", "dcterms:language", "language"):
        if found := language(node.words()):
            node.text()
            return found
    return None


def _guid(item: Node) -> tuple[str, str]:
    """The guid, and the permalink that it is ("" where it is none)."""
    for node in item.among(GUIDS):
        if not node.words():
            continue
        guid = node.text()
        said = node.get("isPermaLink").lower()
        is_address = guid.startswith(_WEB) and said in ("", "true")
        return guid, address(node, guid) if is_address or said == "true" else ""
    about = item.get("rdf:about")
    return about, about if about.startswith(_WEB) else ""


def _url(item: Node, permalink: str, spoken: str | None) -> str | None:
    """The address of the entry's page."""
    real = first_text([link for link in item.among(REAL_LINKS) if _is_address(link.words())])
    if real:
        for link in item.all("link"):
            if link.words() == real:
                link.text()
        return real
    url = link_texts(item) or target(pages_first(links_of(item, "alternate"), spoken)) or permalink
    if not url and (content := source_address(item)):
        url = address(content, content.get("src"))
    return url or None


def _is_address(words: str) -> bool:
    return words.startswith(_WEB) and may_be_kept(words)


def _comments(item: Node) -> tuple[str | None, int | None]:
    """The address of the comments' page, and how many there are (RFC 4685)."""
    replies = links_of(item, "replies")
    if not (replies or item.has(_COMMENTS)):
        return None, None
    pages = [node for node in item.all("comments") if node.words()]
    url = address(pages[0], pages[0].text()) if pages else None
    counted = next((link for link in replies if link.peek("thr:count")), None)
    if not url:
        url = target(pages_first(replies))
    for node in item.among(COMMENT_COUNTS):
        if (number := _number(node.words())) is not None:
            node.text()
            if counted and _number(counted.peek("thr:count")) == number:
                counted.take("thr:count")
            return url, number
    number = _number(counted.get("thr:count")) if counted else None
    return url, number


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
