"""The values that are passed from parsing to saving.

`parse` returns a Feed with its Entries: what the document says, untrusted. `clean` turns it into a CleanFeed, which
may be stored and shown. `save` takes only the latter, so that the type checker keeps unsanitised HTML out of the
archive.

Times are UTC, ISO 8601 with seconds and `Z` ("2025-01-30T13:52:09Z"); None where the document gives none.
"""

from dataclasses import dataclass

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class NotAFeed(ValueError):
    """The document is not a feed, or is refused. The message is a sentence for the user that does not name it."""


@dataclass(frozen=True)
class Enclosure:
    """An attached file."""

    url: str
    type: str | None = None
    length: int | None = None  # bytes


@dataclass(frozen=True)
class Entry:
    """An entry as the document says it. `title`, `html` and `summary` are untrusted markup."""

    guid: str  # never empty: `parse` derives one where the document has none
    url: str | None = None
    title: str = ""
    html: str = ""  # the longest body that the document has
    summary: str = ""  # "" where it is the same as html
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    published: str | None = None
    updated: str | None = None
    comments_url: str | None = None
    image_url: str | None = None
    language: str | None = None
    base: str | None = None  # base URL of html and summary
    guid_derived: bool = False  # whether the document has none


@dataclass(frozen=True)
class Hints:
    """How often the publisher wants the feed to be polled, by its document."""

    ttl: int | None = None  # seconds; RSS <ttl> is in minutes
    period: int | None = None  # seconds; sy:updatePeriod divided by sy:updateFrequency
    skip_hours: tuple[int, ...] = ()  # 0-23, UTC
    skip_days: tuple[str, ...] = ()  # of WEEKDAYS, in UTC


@dataclass(frozen=True)
class Feed:
    """A feed as the document says it. `title` and `description` are untrusted markup."""

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
    damage: str | None = None  # a sentence for the user, where only a part of the document could be parsed


@dataclass(frozen=True)
class Link:
    """A link out of an entry's body."""

    url: str
    host: str  # lower case, without "www."
    text: str


@dataclass(frozen=True)
class CleanEntry:
    """An entry as it is stored: all strings are plain text, but `html`, which is sanitised."""

    guid: str
    url: str | None
    title: str | None
    author: str | None  # all of authors, joined for display
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
    fingerprint: str  # hash of the untrusted Entry, so that a change in how we clean is no edit
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
