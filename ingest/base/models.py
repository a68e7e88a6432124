"""The values that pass from one step to the next.

`parse` makes a Feed with its Entries: what the document says, nothing trusted. `clean` makes a CleanFeed of
it: what may be stored and shown. `save` takes only the latter, so the type checker sees to it that nothing
reaches the archive unsanitised.

Times are UTC, ISO 8601 with seconds and `Z` ("2025-01-30T13:52:09Z"); None where the document gives none.
"""

from dataclasses import dataclass


class NotAFeed(ValueError):
    """A document that is no feed, or is refused: a sentence for the user, without the document's name."""


@dataclass(frozen=True)
class Enclosure:
    """An attached file."""

    url: str
    type: str | None = None
    length: int | None = None  # bytes


@dataclass(frozen=True)
class Entry:
    """An entry as its document has it. `title`, `html` and `summary` are untrusted markup."""

    guid: str  # never empty: parse derives one where the document has none
    url: str | None = None
    title: str = ""
    html: str = ""  # the fullest body that the document has
    summary: str = ""  # only where it is something else than html
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    published: str | None = None
    updated: str | None = None
    comments_url: str | None = None
    image_url: str | None = None
    language: str | None = None
    base: str | None = None  # what relative addresses in html and summary are relative to
    guid_derived: bool = False  # the document has none


@dataclass(frozen=True)
class Hints:
    """What a document says of how often it wants to be polled."""

    ttl: int | None = None  # seconds; RSS <ttl> is in minutes
    period: int | None = None  # seconds; sy:updatePeriod divided by sy:updateFrequency
    skip_hours: tuple[int, ...] = ()  # 0-23, UTC
    skip_days: tuple[str, ...] = ()  # "Monday"


@dataclass(frozen=True)
class Feed:
    """A feed as its document has it. `title` and `description` are untrusted markup."""

    format: str  # rss0.91, rss2.0, rdf, atom0.3, atom1.0, json1.1 …
    url: str | None = None  # the address that the document names as its own
    title: str = ""
    site_url: str | None = None
    description: str = ""
    icon_url: str | None = None
    language: str | None = None
    generator: str | None = None
    hub_url: str | None = None  # WebSub
    hints: Hints = Hints()
    entries: tuple[Entry, ...] = ()
    damage: str | None = None  # a sentence for the user, where the document could be read only in part


@dataclass(frozen=True)
class Link:
    """A link out of an entry's body."""

    url: str
    host: str  # lower case, without "www."
    text: str


@dataclass(frozen=True)
class CleanEntry:
    """An entry as it is stored: plain text but for `html`, which is sanitised."""

    guid: str
    url: str | None
    title: str | None
    author: str | None  # all of authors, for people
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    enclosures: tuple[Enclosure, ...]
    published: str | None
    posted: str | None  # the page's own date, where it differs from the feed's
    updated: str | None
    comments_url: str | None
    image_url: str | None
    language: str | None
    html: str
    text: str
    links: tuple[Link, ...]
    excerpt: str
    words: int
    fingerprint: str  # of the entry as the document had it: the same again is no edit, however we clean
    guid_derived: bool = False  # as in Entry


@dataclass(frozen=True)
class CleanFeed:
    """A feed as it is stored."""

    format: str
    url: str | None
    title: str | None
    site_url: str | None
    description: str | None
    icon_url: str | None
    language: str | None
    hub_url: str | None
    hints: Hints
    entries: tuple[CleanEntry, ...]
    damage: str | None
