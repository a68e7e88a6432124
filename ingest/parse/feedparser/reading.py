"""Read RSS 0.9x, 1.0 (RDF) and 2.0, Atom 0.3 and 1.0, and CDF, by feedparser.

A document can make feedparser's values anything (`<links a="b"/>` sets what is a list elsewhere), so each is
type-checked.
"""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax import SAXParseException

from ingest.base.models import WEEKDAYS, DateOrder, Enclosure, Entry, Feed, Hints, Media, NotAFeed
from ingest.base.plain_text import unescape
from ingest.parse.common import derived_guid, language
from ingest.parse.dates.order import date_order
from ingest.parse.dates.read import read_date
from ingest.parse.feedparser.bounded import run_feedparser
from ingest.parse.repair_xml import damage_of, repair
from ingest.parse.text_to_html import as_html, as_markup
from ingest.parse.xml.media.durations import read_duration, read_number
from ingest.parse.xml.media.kinds import file_kind

_FORMATS = {
    "rss090": "rdf",
    "rss10": "rdf",
    "rss091n": "rss0.91",
    "rss091u": "rss0.91",
    "rss092": "rss0.92",
    "rss093": "rss0.93",
    "rss094": "rss0.94",
    "rss20": "rss2.0",
    "rss": "rss",
    "atom01": "atom0.3",
    "atom02": "atom0.3",
    "atom03": "atom0.3",
    "atom10": "atom1.0",
    "atom": "atom",
    "cdf": "cdf",
}
_DATES = ("published", "created", "updated")
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_SKIPPED = re.compile(r"<skip(Hours|Days)>(.{0,2000}?)</skip\1>", re.DOTALL)
_SKIPPED_ONE = re.compile(r"<(?:hour|day)>\s*(\w{1,9})\s*</")
_BODIES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
_RDF_IMAGE = re.compile(
    r"<image\s[^<>]*\babout=[^<>]*>(?:[^<]|<(?!url>|/image>)){0,2000}?<url>([^<]{1,2000})</url>"
)
_IMAGE_ADDRESS = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|\?)", re.IGNORECASE)


def read_by_feedparser(text: str, kept_order: DateOrder | None = None) -> Feed:
    """The feed of a text whose root element is a feed's. Raises NotAFeed and Refused.

    `kept_order` is that of dates such as 06/01/2025 in the feed's earlier documents.
    """
    mended, truncation = repair(text)
    try:
        parsed = run_feedparser(mended)
    except Exception as error:  # of feedparser's, of any kind: the document is untrusted
        raise NotAFeed(
            f"the feed reader cannot make sense of it ({type(error).__name__}: {error})."
        ) from error
    version = parsed.version if isinstance(parsed.version, str) else ""
    if not parsed.entries and not any(
        _text(parsed.feed, name) for name in ("title", "link", "subtitle", "id")
    ):
        raise NotAFeed(
            "it begins like a feed, but holds none of the elements of one, or stops before them. Download it again."
        )
    damage = damage_of(truncation) or _ill_formed(parsed)
    return _feed(parsed, _FORMATS.get(version, "xml"), mended, damage, kept_order)


def _ill_formed(parsed: Any) -> str | None:
    """What to say of XML that is not well-formed, of which feedparser's tag-by-tag parser may miss a part."""
    error = parsed.get("bozo_exception")
    if not isinstance(error, SAXParseException) or "unbound prefix" in error.getMessage():
        return None
    where = f"{error.getMessage()}, in line {error.getLineNumber()} of what was read"
    return f"it is no well-formed XML ({where}), so that a part of it may be missing. Tell its publisher."


def _feed(parsed: Any, form: str, mended: str, damage: str | None, kept_order: DateOrder | None) -> Feed:
    feed = dict(parsed.feed)
    atom = form.startswith("atom")
    common = language(feed.get("language"))
    authors = _authors(feed) if atom else ()  # RFC 4287, 4.2.1: also of entries that name none
    entries = [dict(entry) for entry in parsed.entries if isinstance(entry, dict)]
    order = date_order(_written_dates([feed, *entries]), common, kept_order)
    return Feed(
        format=form,
        url=_link(feed, "self"),
        title=_inline(feed, "title", atom),
        site_url=_link(feed, "alternate") or _text(feed, "link"),
        description=_inline(feed, "subtitle", atom) or _text(feed, "itunes_summary") or "",
        icon_url=_text(feed, "icon") or _image(feed) or _text(feed, "logo") or _rdf_image(mended),
        language=common,
        generator=_text(feed, "generator"),
        hub_url=_link(feed, "hub"),
        hints=_hints(feed, mended),
        entries=tuple(_entry(entry, atom, form, authors, common, order) for entry in entries),
        updated=max(filter(None, _read_dates(feed, order, "published", "updated")), default=None),
        date_order=order,
        damage=damage,
    )


def _rdf_image(text: str) -> str | None:
    """RSS 1.0 has the channel's image beside the channel, where feedparser does not find it."""
    found = _RDF_IMAGE.search(text[:200_000])
    return unescape(found[1]).strip() if found else None


def _entry(
    entry: dict[str, Any],
    atom: bool,
    form: str,
    feed_authors: tuple[str, ...],
    feed_language: str | None,
    order: DateOrder | None,
) -> Entry:
    title = _inline(entry, "title", atom)
    url = _address(entry, atom)
    published, updated = _dates(entry, atom, order)
    words = _text(entry, "published")
    content, base, spoken = _content(entry)
    summary, summary_base = _summary(entry, atom)
    body = content or summary
    guid = _text(entry, "id")
    return Entry(
        guid=guid or derived_guid(url, title, published or updated, body),
        guid_derived=not guid,
        url=url,
        title=title,
        html=body,
        summary=summary if content and summary != content else "",
        authors=_authors(entry) or feed_authors,
        tags=tuple(_tags(entry)),
        enclosures=tuple(_enclosures(entry)),
        media=tuple(_media(entry)),
        duration=read_duration(_text(entry, "itunes_duration") or ""),
        season=read_number(_text(entry, "itunes_season") or ""),
        episode=read_number(_text(entry, "itunes_episode") or ""),
        published=published,
        updated=updated,
        published_text=words if words and not read_date(words, order) else None,
        comments_url=_text(entry, "comments") or _link(entry, "replies"),
        image_url=_image(entry),
        language=language(entry.get("language")) or language(spoken) or feed_language,
        base=(base if content else summary_base) or None,
    )


def _address(entry: dict[str, Any], atom: bool) -> str | None:
    """The entry's URL. feedparser's `link` may be the id, which need not be a URL."""
    url = _text(entry, "link") or _link(entry, "alternate")
    if url and (_link(entry, "alternate") or url.startswith(("http://", "https://"))):
        return url
    if url and not atom and url != _text(entry, "id"):
        return url
    sources = (_text(body, "src") for body in _dicts(entry.get("content")))
    return next((source for source in sources if source), None)


def _dates(entry: dict[str, Any], atom: bool, order: DateOrder | None) -> tuple[str | None, str | None]:
    """Published and updated. RSS's and RDF's Dublin Core date is "updated" for feedparser, but published here."""
    published, created, updated = _read_dates(entry, order, *_DATES)
    if not atom and not (published or created):
        return updated, None
    return published or created, updated


def _read_dates(of: dict[str, Any], order: DateOrder | None, *names: str) -> list[str | None]:
    return [read_date(_text(of, name) or "", order) for name in names]


def _written_dates(dated: Iterable[dict[str, Any]]) -> Iterator[str]:
    return (text for one in dated for name in _DATES if (text := _text(one, name)))


def _content(entry: dict[str, Any]) -> tuple[str, str | None, object]:
    """The longest of an entry's bodies as HTML (markup before plain text), with its base URL and language."""
    bodies = [body for body in _dicts(entry.get("content")) if _text(body, "value")]
    bodies = [body for body in bodies if body.get("type") in _BODIES]
    if not bodies:
        return "", None, None
    best = max(bodies, key=lambda body: (body.get("type") != "text/plain", len(body["value"])))
    return _markup(best), _text(best, "base"), best.get("language")


def _summary(entry: dict[str, Any], atom: bool) -> tuple[str, str | None]:
    value = _text(entry, "summary")
    detail = entry.get("summary_detail")
    if not value:
        return "", None
    if not isinstance(detail, dict):  # in Atom it is the content once more
        return "" if atom else as_markup(value), None
    typed = detail if atom else {**detail, "type": "text/html"}
    return _markup({**typed, "value": value}), _text(detail, "base")


def _markup(body: dict[str, Any]) -> str:
    value = str(body["value"]).strip()
    return as_html(value) if body.get("type") == "text/plain" else as_markup(value)


def _inline(of: dict[str, Any], name: str, atom: bool) -> str:
    """A title or description as HTML. Only Atom says whether it is plain text; for RSS `clean` decides that."""
    value = _text(of, name) or ""
    detail = of.get(f"{name}_detail")
    plain = atom and isinstance(detail, dict) and detail.get("type") == "text/plain"
    return html.escape(value, quote=False) if plain else value


def _authors(of: dict[str, Any]) -> tuple[str, ...]:
    people = [_text(person, "name") or _text(person, "email") for person in _dicts(of.get("authors"))]
    names = [name for name in people if name] or [name for name in [_text(of, "author")] if name]
    return tuple(dict.fromkeys(" ".join(name.split()) for name in names))


def _tags(entry: dict[str, Any]) -> Iterator[str]:
    seen = set()
    for tag in _dicts(entry.get("tags")):
        name = _text(tag, "label") or _text(tag, "term")
        kind = (_text(tag, "scheme") or "").endswith("#kind")  # Blogger's: every entry is "a post"
        if name and not kind and name.lower() not in seen:
            seen.add(name.lower())
            yield name


def _enclosures(entry: dict[str, Any]) -> Iterator[Enclosure]:
    attached = [link for link in _dicts(entry.get("links")) if link.get("rel") == "enclosure"]
    media = [file for file in _dicts(entry.get("media_content")) if _is_sound_or_film(file)]
    seen = set()
    for file in [*attached, *media]:
        url = _text(file, "href") or _text(file, "url")
        if url and url not in seen:
            seen.add(url)
            size = _text(file, "length") or _text(file, "filesize") or _text(file, "fileSize") or ""
            length = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0
            yield Enclosure(url, _text(file, "type"), length or None)  # RSS 2.0: 0 where it is not known


def _media(entry: dict[str, Any]) -> Iterator[Media]:
    """The enclosures and the pictures. What else goes with the entry, feedparser does not say of which it is."""
    attached = [
        Media(file_kind(file.url, file.type or ""), file.url, file.type, file.length)
        for file in _enclosures(entry)
    ]
    files = [*_dicts(entry.get("media_content")), *_dicts(entry.get("media_thumbnail"))]
    urls = [url for file in files if _medium(file) in ("image", "") and (url := _text(file, "url"))]
    pictures = [Media("image", url) for url in [_image(entry), *urls] if url]
    yield from {file.url: file for file in (*pictures, *attached)}.values()


def _is_sound_or_film(file: dict[str, Any]) -> bool:
    return _medium(file) in ("audio", "video")


def _medium(file: dict[str, Any]) -> str:
    """ "audio", "video", "image" …; "" where it is not said."""
    return (_text(file, "medium") or _text(file, "type") or "").split("/")[0]


def _image(of: dict[str, Any]) -> str | None:
    image = of.get("image")
    named = _text(image, "href") or _text(image, "url") if isinstance(image, dict) else None
    if named:
        return named
    for picture in _dicts(of.get("media_thumbnail")):
        if url := _text(picture, "url"):
            return url
    for file in _dicts(of.get("media_content")):
        url = _text(file, "url")
        kind = _medium(file)
        if url and (kind == "image" or (not kind and _IMAGE_ADDRESS.search(url))):
            return url
    for link in _dicts(of.get("links")):
        if link.get("rel") == "enclosure" and (_text(link, "type") or "").startswith("image/"):
            return _text(link, "href")
    return None


def _link(of: dict[str, Any], rel: str) -> str | None:
    links = [link for link in _dicts(of.get("links")) if link.get("rel") == rel and _text(link, "href")]
    pages = [link for link in links if link.get("type") in (None, "text/html", "application/xhtml+xml")]
    best = (pages if rel in ("alternate", "replies") else []) or links
    return _text(best[0], "href") if best else None


def _hints(feed: dict[str, Any], text: str) -> Hints:
    ttl = _text(feed, "ttl") or ""
    frequency = _text(feed, "sy_updatefrequency") or "1"
    period = _PERIODS.get((_text(feed, "sy_updateperiod") or "").lower())
    skipped = {kind: _SKIPPED_ONE.findall(inner) for kind, inner in _SKIPPED.findall(text[:200_000])}
    hours = sorted({int(hour) % 24 for hour in skipped.get("Hours", ()) if hour.isascii() and hour.isdigit()})
    days = {day.capitalize() for day in skipped.get("Days", ())}
    return Hints(
        ttl=int(ttl) * 60 if ttl.isascii() and ttl.isdigit() and 0 < len(ttl) < 8 and int(ttl) else None,
        period=period // max(int(frequency), 1)
        if period and re.fullmatch("[0-9]{1,4}", frequency)
        else period,
        skip_hours=tuple(hours),
        skip_days=tuple(day for day in WEEKDAYS if day in days),
    )


def _text(of: Any, name: str) -> str | None:
    # dict.get, since feedparser's own get falls back to other keys.
    value = dict.get(of, name) if isinstance(of, dict) else None
    return value.strip() or None if isinstance(value, str) else None


def _dicts(values: object) -> Iterable[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
