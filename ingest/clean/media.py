"""What goes with an entry: enclosures, media, credits, its source, licence and place, as they may be stored. Pure."""

import re
from collections.abc import Iterable
from typing import get_args

from ingest.base.models import Credit, Enclosure, Media, MediaKind, Source
from ingest.base.plain_text import one_line
from ingest.base.urls import kept_url
from ingest.clean.numbers import LARGEST_STORED, MOST_SECONDS, number_within, whole_within

_LONGEST_TITLE = 1000  # characters, as below
_LONGEST_NAME = 200
_LONGEST_DESCRIPTION = 20_000
_MOST_ENCLOSURES = 100  # as of credits
_MOST_MEDIA = 1000  # chapters are among them
_MOST_PIXELS = 10**6
_KINDS = frozenset(get_args(MediaKind))
_HAS_SCHEME = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//)\S", re.IGNORECASE)


def clean_enclosures(enclosures: Iterable[Enclosure], base: str | None) -> tuple[Enclosure, ...]:
    cleaned = [_enclosure(enclosure, base) for enclosure in list(enclosures)[:_MOST_ENCLOSURES]]
    return tuple([enclosure for enclosure in cleaned if enclosure])


def _enclosure(enclosure: Enclosure, base: str | None) -> Enclosure | None:
    url = kept_url(enclosure.url, base)
    length = whole_within(enclosure.length, 1, LARGEST_STORED)
    return Enclosure(url, one_line(enclosure.type, _LONGEST_NAME), length) if url else None


def clean_media(media: Iterable[Media], base: str | None) -> tuple[Media, ...]:
    """Those that have an address, or say something without one, as a chapter does."""
    cleaned = [_medium(one, base) for one in list(media)[:_MOST_MEDIA]]
    return tuple([one for one in cleaned if one.url or one.title or one.description or one.start is not None])


def _medium(one: Media, base: str | None) -> Media:
    return Media(
        kind=one.kind if one.kind in _KINDS else "file",
        url=kept_url(one.url, base),
        type=one_line(one.type, _LONGEST_NAME),
        length=whole_within(one.length, 1, LARGEST_STORED),
        start=number_within(one.start, 0, MOST_SECONDS),
        duration=number_within(one.duration, 0, MOST_SECONDS),
        width=whole_within(one.width, 1, _MOST_PIXELS),
        height=whole_within(one.height, 1, _MOST_PIXELS),
        title=one_line(one.title, _LONGEST_TITLE),
        description=one_line(one.description, _LONGEST_DESCRIPTION),
        credit=one_line(one.credit, _LONGEST_TITLE),
        language=one_line(one.language, _LONGEST_NAME),
    )


def clean_credits(credits_said: Iterable[Credit]) -> tuple[Credit, ...]:
    """Each person once for each role."""
    cleaned: dict[tuple[str, str], Credit] = {}
    for credit in list(credits_said)[:_MOST_ENCLOSURES]:
        name, role = one_line(credit.name, _LONGEST_NAME), one_line(credit.role, _LONGEST_NAME)
        role = (role or "contributor").lower()
        if name:
            cleaned.setdefault((name.casefold(), role), Credit(name, role))
    return tuple(cleaned.values())


def clean_source(source: Source | None, base: str | None) -> Source | None:
    if source is None:
        return None
    title, url = one_line(source.title, _LONGEST_TITLE), kept_url(source.url, base)
    return Source(title, url) if title or url else None


def clean_license(said: str | None, base: str | None) -> str | None:
    """Its address, or else its name."""
    if said and _HAS_SCHEME.match(said[:100]) and (url := kept_url(said, base)):
        return url
    return one_line(said, _LONGEST_TITLE)


def clean_place(latitude: float | None, longitude: float | None) -> tuple[float | None, float | None]:
    """Both coordinates, or neither."""
    north, east = number_within(latitude, -90, 90), number_within(longitude, -180, 180)
    return (None, None) if north is None or east is None else (north, east)
