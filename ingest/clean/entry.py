"""Turn an untrusted Entry into a CleanEntry. Pure."""

from collections.abc import Iterable

from ingest.base.models import CleanEntry, Entry, Link
from ingest.base.plain_text import one_line, shortened
from ingest.base.urls import anchor_prefixes, kept_url, web_url
from ingest.clean.balance import bounded
from ingest.clean.extra import MOST_OF_AN_ENTRY, stored_extra
from ingest.clean.extract_text import MOST_KEPT_LINKS, ExtractedText, TextReader, count_words, extract_text
from ingest.clean.fingerprint import clean_guid, entry_fingerprint
from ingest.clean.media import (
    clean_credits,
    clean_enclosures,
    clean_license,
    clean_media,
    clean_place,
    clean_source,
)
from ingest.clean.numbers import LARGEST_STORED, MOST_SECONDS, number_within, whole_within
from ingest.clean.rewrite import rewrite
from ingest.clean.rewriting.forummagnum import Unwrapped, unwrap
from ingest.clean.sanitise import sanitise
from ingest.clean.written_well import rewrite_written_well

MOST_OF_A_TITLE = 1000  # characters, as below
MOST_OF_A_NAME = 200
_LONGEST_DATE = 1000
_EXCERPT = 280
_MOST = 100  # authors, tags
_MOST_NUMBER = 10**9  # of a season or an episode, which may be a date
_NOTHING = ExtractedText("", ())


def clean_entry(entry: Entry, feed_base: str | None, fingerprint: str | None = None) -> CleanEntry:
    """The entry as it is stored. `feed_base`: the URL to which those of its feed are relative; `fingerprint`: known."""
    url = kept_url(entry.url, feed_base)
    page = web_url(url)
    base = web_url(entry.base, page or feed_base) or page or feed_base
    post = unwrap(entry.html)
    of_body, of_summary = anchor_prefixes(entry.guid)
    html, (text, links) = _clean_body(post.html, of_body, base, page)
    summary, (summary_text, summary_links) = _clean_body(
        unwrap(entry.summary).html if entry.summary else "", of_summary, base, page
    )
    authors = _names(entry.authors)
    latitude, longitude = clean_place(entry.latitude, entry.longitude)
    return CleanEntry(
        guid=clean_guid(entry.guid),
        url=url,
        title=one_line(entry.title, MOST_OF_A_TITLE),
        author=", ".join(authors) or None,
        authors=authors,
        tags=_names(entry.tags),
        enclosures=clean_enclosures(entry.enclosures, base),
        published=entry.published,
        posted=_posted(post, entry.published),
        updated=entry.updated,
        comments_url=kept_url(entry.comments_url, base) or web_url(post.comments_url, base),
        image_url=web_url(entry.image_url, base),
        language=one_line(entry.language, MOST_OF_A_NAME),
        html=html,
        text=text,
        links=_each_once((*links, *summary_links)) if summary_links else links,
        excerpt=_beginning(summary_text) or _beginning(text),
        words=count_words(text),
        fingerprint=fingerprint or entry_fingerprint(entry),
        guid_derived=entry.guid_derived,
        summary=summary,
        summary_text=summary_text,
        published_text=one_line(entry.published_text, _LONGEST_DATE),
        media=clean_media(entry.media, base),
        credits=clean_credits(entry.credits),
        source=clean_source(entry.source, base),
        external_url=kept_url(entry.external_url, base),
        license=clean_license(entry.license, base),
        duration=number_within(entry.duration, 0, MOST_SECONDS),
        season=number_within(entry.season, 0, _MOST_NUMBER),
        episode=number_within(entry.episode, 0, _MOST_NUMBER),
        comments=whole_within(entry.comments, 0, LARGEST_STORED),
        latitude=latitude,
        longitude=longitude,
        extra=stored_extra(entry.extra, MOST_OF_AN_ENTRY),
    )


def _clean_body(html: str, prefix: str, base: str | None, url: str | None) -> tuple[str, ExtractedText]:
    """Safe HTML, whose ids begin with `prefix`, and its text and links.

    These come from the walk that wrote it, but where the gate at the end changed what was written.
    """
    if not html:
        return "", _NOTHING
    reader = TextReader()
    written = rewrite_written_well(html, prefix, base, url, reader)
    if written is None:
        reader = TextReader()
        written = rewrite(bounded(html), prefix, base, url, reader)
    safe = sanitise(written)
    return safe.strip(), reader.extracted() if safe == written else extract_text(safe)


def _each_once(links: Iterable[Link]) -> tuple[Link, ...]:
    """The links, of those with the same URL the first."""
    first: dict[str, Link] = {}
    for link in links:
        first.setdefault(link.url, link)
    return tuple(first.values())[:MOST_KEPT_LINKS]


def _beginning(text: str) -> str:
    """The beginning of a text whose lines are single-spaced, and none of them empty."""
    return shortened(text[: _EXCERPT * 2].replace("\n", " ").rstrip(), _EXCERPT) if text else ""


def _posted(post: Unwrapped, published: str | None) -> str | None:
    """The page's date, None where it is the feed's: the page gives minutes, the feed seconds."""
    return None if published and post.posted and published[:16] == post.posted[:16] else post.posted


def _names(values: Iterable[str]) -> tuple[str, ...]:
    if not values:
        return ()
    names: dict[str, str] = {}
    for value in list(values)[:_MOST]:
        if name := one_line(value, MOST_OF_A_NAME):
            names.setdefault(name.casefold(), name)
    return tuple(names.values())
