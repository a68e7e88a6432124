"""Parse JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/).

Values may be of any type, whatever the specification says, so each is type-checked. What has no place of its own,
extensions among it, is in `extra`.
"""

import html
import re
from collections.abc import Iterator

from ingest.base.html_tokens import is_markup
from ingest.base.models import DateOrder, Enclosure, Entry, Feed, Media, MediaKind
from ingest.base.plain_text import one_line
from ingest.parse.bodies import Text, choose_texts
from ingest.parse.common import derived_guid, kept_before_damage, language
from ingest.parse.dates.order import date_order
from ingest.parse.dates.read import read_date
from ingest.parse.json_members import Members
from ingest.parse.json_text import read_json
from ingest.parse.text_to_html import as_html, as_markup

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(1)(\.\d)?")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_KINDS: dict[str, MediaKind] = {"audio": "audio", "video": "video", "image": "image"}
_TRANSCRIPTS = frozenset({"text/vtt", "text/srt", "application/srt", "application/x-subrip"})


def is_json_feed(text: str) -> bool:
    """Whether a text is JSON Feed by its "version", even if it is truncated."""
    ends = text[:100_000] + text[-1000:]
    return text.startswith("{") and bool(_VERSION.search(ends.replace("\\/", "/")))


def parse_json_feed(text: str, kept_order: DateOrder | None = None) -> Feed:
    """The feed of a text that is_json_feed. Where that is broken, `Feed.damage` says so.

    `kept_order` is that of dates such as 06/01/2025 in the feed's earlier documents.
    """
    document, items, broken = read_json(text)
    members = Members(document)
    version = _VERSION.match(members.text("version") or "")
    spoken = _language(members)
    authors = _authors(members)
    objects = [Members(item) for item in items if isinstance(item, dict)]
    dates = (item.text(name) or "" for item in objects for name in ("date_published", "date_modified"))
    order = date_order(dates, spoken, kept_order)
    entries = [_entry(item, authors, spoken, order) for item in objects]
    members.take("version", "items", "feed_url", "next_url", "hubs")  # its own addresses may hold a secret
    hubs = [hub for hub in members.list("hubs") if _is_websub(hub)]
    own = [document.get(name) for name in ("feed_url", "next_url")]
    others = [hub for hub in members.list("hubs") if not _is_websub(hub)]
    members.keep("hubs", [hub for hub in others if not (isinstance(hub, dict) and hub.get("url") in own)])
    if authors and not any(item.of.keys().isdisjoint(("authors", "author")) for item in objects):
        members.keep("authors", document.get("authors"))
        members.keep("author", document.get("author"))
    return Feed(
        format="json1" + ((version and version[2]) or ".0"),
        url=members.text("feed_url"),
        title=_title(members),
        site_url=members.address("home_page_url", web=True),
        description=html.escape(members.text("description") or "", quote=False),
        icon_url=members.address("icon", web=True) or members.address("favicon", web=True),
        language=spoken,
        hub_url=next((url for hub in hubs if (url := Members(hub).text("url"))), None),
        entries=tuple(entries),
        date_order=order,
        extra=members.rest(),
        damage=_damage(len(entries), len(items) - len(entries), broken),
    )


def _damage(kept: int, others: int, broken: str | None) -> str | None:
    if broken:
        return f"{broken}. {kept_before_damage(kept)}"
    if others:
        return f"{others:,} of its {kept + others:,} items are no JSON objects and were left out. The rest was kept."
    return None


def _entry(
    item: Members, feed_authors: tuple[str, ...], feed_language: str | None, order: DateOrder | None
) -> Entry:
    external = item.address("external_url")
    url = item.address("url") or external
    title = _title(item)
    body, summary = choose_texts(list(_texts(item)))
    words = item.text("date_published")
    published, updated = read_date(words or "", order), _updated(item, order)
    if words and not one_line(words, 1000):
        item.keep("date_published", words)
    guid = item.text("id")
    attached = _attachments(item)
    media = tuple(_media(item, attached))
    return Entry(
        guid=guid or derived_guid(url, title, published or updated, body.html if body else ""),
        guid_derived=not guid,
        url=url,
        title=title,
        html=body.html if body else "",
        summary=summary,
        authors=_authors(item) or feed_authors,
        tags=_tags(item),
        enclosures=tuple(
            Enclosure(file.url, file.type, file.length) for file in attached if file.url is not None
        ),
        published=published,
        updated=updated,
        published_text=None if published else words,
        image_url=item.address("image") or item.address("banner_image"),
        language=_language(item) or feed_language,
        media=media,
        external_url=external,
        duration=next((file.duration for file in attached if file.duration), None),
        extra=item.rest(),
    )


def _texts(item: Members) -> Iterator[Text]:
    yield Text(as_markup(item.text("content_html") or ""), for_body=True)
    yield Text(as_html(item.text("content_text") or ""), for_body=True)
    summary = item.text("summary") or ""  # plain text by the specification
    plain = not is_markup(summary)
    yield Text(as_html(summary) if plain else summary, plain=plain)


def _updated(item: Members, order: DateOrder | None) -> str | None:
    words = item.text("date_modified")
    updated = read_date(words or "", order)
    if words and not updated:
        item.keep("date_modified", words)
    return updated


def _language(of: Members) -> str | None:
    tag = language(of.of.get("language"))
    if tag:
        of.take("language")
    return tag


def _title(of: Members) -> str:
    """A title as HTML. By the specification it is plain text, but publishers write HTML character references in it."""
    title = _REFERENCE.sub(lambda reference: html.unescape(reference[0]), of.text("title") or "")
    return html.escape(title, quote=False)


def _authors(of: Members) -> tuple[str, ...]:
    """The names of authors. Those of whom more is said are kept whole beside."""
    names: list[str] = []
    for name in ("authors", "author"):
        more = []
        for person in of.list(name):
            members = Members(person if isinstance(person, dict) else {"name": person})
            if called := members.text("name") or members.text("url"):
                names.append(called)
            if len(members.of) > 1 or members.rest():
                more.append(person)
        of.keep(name, more)
    return tuple(dict.fromkeys(names))


def _tags(item: Members) -> tuple[str, ...]:
    tags = item.list("tags")
    item.keep("tags", [tag for tag in tags if not isinstance(tag, str)])
    return tuple(tag.strip() for tag in tags if isinstance(tag, str) and tag.strip())


def _attachments(item: Members) -> list[Media]:
    files, more = [], []
    for attached in item.list("attachments"):
        members = Members(attached if isinstance(attached, dict) else {"#": attached})
        url = members.address("url")
        if url:
            files.append(_file(members, url))
        rest = {name: value for one in members.rest() for name, value in one.items()}
        if rest:
            more.append({"url": url, **rest} if url else attached)
    item.keep("attachments", more)
    return files


def _file(attached: Members, url: str) -> Media:
    kind = attached.text("mime_type")
    size = attached.number("size_in_bytes")
    return Media(
        kind="transcript" if kind in _TRANSCRIPTS else _KINDS.get((kind or "").lower().split("/")[0], "file"),
        url=url,
        type=kind,
        length=int(size) if size else None,
        duration=attached.number("duration_in_seconds"),
        title=attached.text("title"),
    )


def _media(item: Members, attached: list[Media]) -> Iterator[Media]:
    """The pictures and files of an entry, each once, in the order of the document."""
    seen = set()
    for name in item.of:
        url = item.address(name) if name in ("image", "banner_image") else None
        files = attached if name == "attachments" else [Media("image", url)] if url else []
        for file in files:
            if file.url not in seen:
                seen.add(file.url)
                yield file


def _is_websub(hub: object) -> bool:
    """Whether it is a hub of the kind that we know, and not one of rssCloud, say."""
    return isinstance(hub, dict) and str(hub.get("type") or "websub").lower() in ("websub", "pubsubhubbub")
