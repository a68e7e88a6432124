"""What of a feed's own must not be published with its archive: its password or token, and its and its hub's addresses.

A document may repeat what it was asked with: an address with a token, a header. Of what has a column or table since
`extra` is there, nothing that contains a secret of the feed is stored, and no address of its own in `extra`; nor are
the addresses that it gives of its feed where they contain its password or token.
"""

import html
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from sqlite_utils import Database

from ingest.base.models import CleanEntry, CleanFeed, KnownEntry, Media, Source, StoredExtra
from ingest.base.urls import feed_key

_SHORTEST = 4  # characters of a secret: a shorter one would be found anywhere
_SHORTEST_IN_ADDRESS = 8
_SECRET_NAME = re.compile(
    r"key(?!word)|token|auth(?!or)|secret|passw|pwd|signature|^sig$|^pass$|hash|private|credential",
    re.IGNORECASE,
)
_SECRET_FOLDER = re.compile(
    r"/(?:private|tokens?|auth|keys?|secret)/([^/?#]+?)(?=\.\w+$|[/?#]|$)", re.IGNORECASE
)
_HOST = re.compile(r"https?://(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::[0-9]*)?(?:[/?#]|$)")
_HTTP_TEXT = re.compile(r'"(http[^"]*)"', re.IGNORECASE)  # in JSON without escapes
_ODD_CASE = re.compile("[\u0130\u0131\u017f\u212a]")  # what is an ASCII letter where case is ignored
_END = r"/?(?![\w/?&=%~+-]|\.\w)"  # of an address in a text
_MEDIA_TEXTS = ("url", "type", "title", "description", "credit", "language")


# What resolves a reference to a secret ("env:NAME", "file:PATH"), as `fetch` can: to its forms, () where there is none.
SecretsOf = Callable[[str | None], Sequence[str]]


@dataclass(frozen=True)
class OwnValues:
    """Patterns of a feed's secrets (None: it has none), and its and its hub's addresses.

    `given` is of its password or token alone, `secrets` also of what in its address may be one, by which it is known.
    """

    given: re.Pattern[str] | None
    secrets: re.Pattern[str] | None
    urls: tuple[str, ...]

    @cached_property
    def addresses(self) -> re.Pattern[str] | None:
        said = "|".join(pattern for url in self.urls for pattern in _address(url))
        return re.compile(said, re.IGNORECASE) if said else None

    @cached_property
    def forms(self) -> tuple[str, ...] | None:
        """In lower case, what stands in each text in which `addresses` finds one; None where that is not known.

        Most texts have none of it, and the patterns are not compiled for them.
        """
        rests = {_rest(url) for url in self.urls}
        forms = {form.lower() for rest in rests for form in (rest, html.escape(rest), quote(rest, safe=""))}
        return tuple(forms) if all(map(str.isascii, rests)) else None

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(feed_key(url) for url in self.urls)

    @cached_property
    def hosts(self) -> tuple[str, ...] | None:
        """The hosts of the addresses without "www."; None where one may be spelt in several ways."""
        found = [_HOST.match(url.lower()) for url in self.urls]
        return tuple({host[1] for host in found if host}) if all(found) else None

    def may_be_in(self, said: str) -> bool:
        """Whether a value of this JSON may be one of them. It is not where no address stands that has one's host."""
        if self.secrets or self.hosts is None or "\\u" in said or _ODD_CASE.search(said):
            return True
        lower = said.lower()
        if said.isascii() and not any(host in lower for host in self.hosts):
            return False
        if "\\" in said or self.forms is None or any(form in lower for form in self.forms):
            return True
        return any(self._is_address(text) for text in _HTTP_TEXT.findall(said))

    def is_in(self, text: str) -> bool:
        """Whether a value of `extra` contains one of either."""
        if self.secrets and self.secrets.search(text):
            return True
        if not self.urls:
            return False
        return self._has_address(text) or self._is_address(text)

    def _has_address(self, text: str) -> bool:
        if self.forms is not None and not _ODD_CASE.search(text):
            said = text.lower()
            if not any(form in said for form in self.forms):
                return False
        return bool(self.addresses and self.addresses.search(text))

    def _is_address(self, text: str) -> bool:
        if text[:4].lower() != "http" or len(text) >= 4000:
            return False
        if self.hosts is not None and text.isascii() and text.isprintable() and "%" not in text:
            said = text.lower()
            if not any(host in said for host in self.hosts):
                return False
        return feed_key(text) in self.keys


def own_values_of(
    db: Database, feed_id: int | None, url: str, feed: CleanFeed, secrets: Sequence[str] = ()
) -> OwnValues:
    """Those of a feed, which may be in the archive, and of its document. `secrets`: its password or token."""
    stored = db.execute(
        """
        SELECT url FROM feeds WHERE id = :id UNION SELECT self_url FROM feeds WHERE id = :id
        UNION SELECT hub_url FROM feeds WHERE id = :id UNION SELECT url FROM feed_addresses WHERE feed = :id
        """,
        {"id": feed_id},
    )
    known = [str(address) for (address,) in stored if address]
    return own_values([url, *known, feed.url or "", feed.hub_url or ""], secrets)


def own_values(addresses: Iterable[str], secrets: Iterable[str] = ()) -> OwnValues:
    own = [url for url in dict.fromkeys(addresses) if url[:4].lower() == "http"]
    given = list(secrets)
    secrets = [*given, *(token for url in own for token in _tokens(url))]
    return OwnValues(secret_pattern(given), secret_pattern(secrets), tuple(own))


def secret_pattern(secrets: Iterable[str]) -> re.Pattern[str] | None:
    """What finds one of these in a text; None where there is none to be found."""
    forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
    # The longest first, so that no part of it is left.
    found = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(found, re.IGNORECASE) if found else None


def _tokens(url: str) -> list[str]:
    """What in an address is to be kept secret, by the name of its parameter, or the folder that it is in."""
    parts = urlsplit(url)
    named = [value for name, value in parse_qsl(parts.query) if _SECRET_NAME.search(name)]
    found = [*named, *_SECRET_FOLDER.findall(parts.path)]
    return [token for token in found if len(token) >= _SHORTEST_IN_ADDRESS]


def _forms(text: str) -> set[str]:
    return {text, quote(text, safe=""), quote(text), html.escape(text)}


def _rest(url: str) -> str:
    """An address without its scheme, fragment and last slashes."""
    return re.sub(r"^https?://(?:www\.)?", "", url.partition("#")[0], flags=re.IGNORECASE).rstrip("/")


def _address(url: str) -> list[str]:
    """Patterns of an address without its scheme; with its slashes where nothing else tells it from a site's name."""
    rest = _rest(url)
    slashes = r"//(?:www\.)?" if "/" not in rest else r"(?<![\w.-])(?:www\.)?"
    escaped = r"%2F%2F(?:www\.)?" if "/" not in rest else r"(?:(?<=%2F)|(?<![\w.%-]))(?:www\.)?"
    plain = [slashes + re.escape(form) + _END for form in {rest, html.escape(rest)}]
    return [*plain, escaped + re.escape(quote(rest, safe="")) + r"(?:%2F)?(?![\w%~+-])"]


def without_own_values(feed: CleanFeed, own: OwnValues) -> CleanFeed:
    """The document without what is the feed's own, in its addresses and what is beside the older columns. Pure."""
    entries = tuple(
        entry if isinstance(entry, KnownEntry) else _entry_without(entry, own) for entry in feed.entries
    )
    left = replace(feed, extra=_extra_without(feed.extra, own), entries=entries)
    return addresses_without(left, own.given) if own.given else left


def addresses_without(feed: CleanFeed, secrets: re.Pattern[str]) -> CleanFeed:
    """The document without those addresses that it gives of its feed and that hold a secret."""
    return replace(
        feed,
        url=text_without(feed.url, secrets),
        site_url=text_without(feed.site_url, secrets),
        icon_url=text_without(feed.icon_url, secrets),
        hub_url=text_without(feed.hub_url, secrets),
    )


def _entry_without(entry: CleanEntry, own: OwnValues) -> CleanEntry:
    extra, secrets = _extra_without(entry.extra, own), own.secrets
    if extra is not entry.extra:
        entry = replace(entry, extra=extra)
    if secrets is None or not secrets.search("\n".join(_new_texts(entry))):
        return entry
    return replace(
        entry,
        published_text=text_without(entry.published_text, secrets),
        external_url=text_without(entry.external_url, secrets),
        license=text_without(entry.license, secrets),
        summary=secrets.sub("", entry.summary),
        summary_text=secrets.sub("", entry.summary_text),
        media=tuple(one for one in (_medium_without(one, secrets) for one in entry.media) if one),
        credits=tuple(one for one in entry.credits if not secrets.search(f"{one.name}\n{one.role}")),
        source=_source_without(entry.source, secrets),
    )


def _new_texts(entry: CleanEntry) -> list[str]:
    source = entry.source or Source(None, None)
    said = [entry.published_text, entry.external_url, entry.license]
    said += [entry.summary, entry.summary_text, source.title, source.url]
    said += [getattr(one, name) for one in entry.media for name in _MEDIA_TEXTS]
    said += [text for one in entry.credits for text in (one.name, one.role)]
    return [text for text in said if text]


def text_without(text: str | None, secrets: re.Pattern[str]) -> str | None:
    return None if text and secrets.search(text) else text


def _medium_without(one: Media, secrets: re.Pattern[str]) -> Media | None:
    texts = {name: text_without(getattr(one, name), secrets) for name in _MEDIA_TEXTS}
    left = replace(one, **texts)  # type: ignore[arg-type]
    return left if left.url or left.title or left.description or left.start is not None else None


def _source_without(source: Source | None, secrets: re.Pattern[str]) -> Source | None:
    if source is None:
        return None
    left = Source(text_without(source.title, secrets), text_without(source.url, secrets))
    return left if left.title or left.url else None


def _extra_without(extra: StoredExtra | None, own: OwnValues) -> StoredExtra | None:
    if extra is None or not own.may_be_in(extra.json):
        return extra
    said = json.loads(extra.json)
    left = _without(said, own)
    if left == said:
        return extra
    stands = json.dumps(left or [], ensure_ascii=False)
    return StoredExtra(stands, extra.left_out) if left or extra.left_out else None


def _without(value: Any, own: OwnValues) -> Any:
    """The same of what JSON has without such values, and without what has nothing left. None where nothing is."""
    if isinstance(value, str):
        return None if own.is_in(value) else value
    if isinstance(value, dict):
        kept = {name: _without(inner, own) for name, inner in value.items() if not own.is_in(name)}
        left: Any = {name: inner for name, inner in kept.items() if inner is not None or value[name] is None}
    elif isinstance(value, list):
        inner_ones = [(inner, _without(inner, own)) for inner in value]
        left = [inner for was, inner in inner_ones if inner is not None or was is None]
    else:
        return value
    return left if left or not value else None
