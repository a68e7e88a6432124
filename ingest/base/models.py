"""The values that are passed from receiving a document to saving what it says.

`parse` returns a Feed with its Entries: what the document says, untrusted. `clean` turns it into a CleanFeed, which
may be stored and shown. `save` takes only the latter, so that the type checker keeps unsanitised HTML out of the
archive.

Times are UTC, ISO 8601 with seconds and `Z` ("2025-01-30T13:52:09Z"); None where the document gives none.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property
from typing import Any, Literal, TypeVar

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# The version of the reading, of what `parse` and `clean` make of a document. It is raised with each change that makes
# them read a document otherwise: kept documents are then read again (`feedsette reparse`), and an entry's first reading
# that differs is no edit of its publisher's.
READER = 2
FIRST_READER = 1  # of what was stored before documents were kept
NO_READER = 0  # of documents that were taken up from the files of documents, and not read yet

CameBy = Literal["poll", "push", "import"]
MediaKind = Literal[
    "image", "audio", "video", "transcript", "chapters", "chapter", "alternate", "file"
]  # "chapters": a file of them; "chapter": one that the document gives itself; "alternate": another form of the file
DateFrom = Literal["published", "updated", "document", "seen"]  # of an entry, what its `date` comes from
DateOrder = Literal["dmy", "mdy"]  # of dates such as 06/01/2025

# An element by its standard prefixed name ("itunes:subtitle"), or a member of a JSON object, and its value: text, or an
# object with its attributes ("@scheme") and, as "#", its text or the list of its pieces of text and elements.
# Text that stands between the elements of an entry or a feed is {"#": text}.
Extra = Mapping[str, Any]


_Model = TypeVar("_Model")


def _made_at_once(model: type[_Model]) -> type[_Model]:
    """Have a frozen dataclass of many fields made in a sixth of the time: its own `__init__` sets each by a call.

    As that one, it is compiled of the names of the fields.
    """
    of = fields(model)  # type: ignore[arg-type]
    defaults = {f"_{one.name}": one.default for one in of if one.default is not MISSING}
    given = (f"{one.name}=_{one.name}" if f"_{one.name}" in defaults else one.name for one in of)
    lines = (f"    values[{one.name!r}] = {one.name}" for one in of)
    exec("\n".join((f"def init(self, {', '.join(given)}):", "    values = self.__dict__", *lines)), defaults)
    setattr(model, "__init__", defaults["init"])  # noqa: B010 - mypy allows no other way
    return model


class NotAFeed(ValueError):
    """The document is not a feed, or is refused. The message is a sentence for the user that does not name it."""


@dataclass(frozen=True)
class HttpExchange:
    """A request and its response as they were sent, without secrets.

    `request` and `response` are start line and headers, to the empty line after them; `body` is encoded as the header
    Content-Encoding says, but not in chunks.
    """

    request: bytes | None = field(repr=False)
    response: bytes = field(repr=False)
    body: bytes = field(repr=False)
    protocol: str | None = None  # "h2" where these were written as HTTP/1.1, but were not sent so


@dataclass(frozen=True)
class ReceivedDocument:
    """A document, with its body after decompression."""

    body: bytes = field(repr=False)
    at: str  # when it was received, or captured, as above
    url: str  # under which it was asked for, without credentials: of a file its address without folders
    came: CameBy
    final_url: str | None = None  # where it came from, after redirects; None where that is `url`
    content_type: str | None = None
    name: str | None = None  # of the file that was imported, without its folders
    http: HttpExchange | None = field(default=None, repr=False)  # None where it did not come by HTTP

    @cached_property
    def sha256(self) -> str:
        """Of the body, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Enclosure:
    """An attached file."""

    url: str
    type: str | None = None
    length: int | None = None  # bytes


@dataclass(frozen=True)
class Media:
    """A picture, sound, film, transcript, list of chapters, chapter or other file that goes with an entry."""

    kind: MediaKind
    url: str | None = None  # None of a chapter that has none
    type: str | None = None
    length: int | None = None  # bytes
    start: float | None = None  # seconds, of a chapter
    duration: float | None = None  # seconds
    width: int | None = None  # pixels, as the height
    height: int | None = None
    title: str | None = None
    description: str | None = None  # also the alt text of a picture
    credit: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Credit:
    """A person that an entry names beside its authors, with the part that they had in it."""

    name: str
    role: str  # lower case: guest, contributor …


@dataclass(frozen=True)
class Source:
    """Where an aggregated entry comes from (RFC 4287, 4.2.11; RSS 2.0, <source>)."""

    title: str | None
    url: str | None  # of its site, or else of its feed


@_made_at_once
@dataclass(frozen=True)
class Entry:
    """An entry as the document says it. `title`, `html` and `summary` are untrusted markup, as is all of `extra`."""

    guid: str  # never empty: `parse` derives one where the document has none
    url: str | None = None
    title: str = ""
    html: str = ""  # the fullest of its texts
    summary: str = ""  # what its other texts say that is not in html
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
    published_text: str | None = None  # the words of a date of publication that cannot be read
    media: tuple[Media, ...] = ()  # all that goes with it, in the document's order
    credits: tuple[Credit, ...] = ()
    source: Source | None = None
    external_url: str | None = None  # what a link post is about
    license: str | None = None  # its address, or else its name
    duration: float | None = None  # seconds
    season: float | None = None
    episode: float | None = None
    comments: int | None = None  # how many there are
    latitude: float | None = None  # degrees, WGS 84, as the longitude
    longitude: float | None = None
    extra: tuple[Extra, ...] = ()  # what has no other place, in the document's order


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
    updated: str | None = None  # the document's own date
    date_order: DateOrder | None = None  # in which its dates were read, where that makes a difference
    extra: tuple[Extra, ...] = ()  # as of an entry
    damage: str | None = None  # a sentence for the user, where only a part of the document could be parsed


@dataclass(frozen=True)
class Link:
    """A link out of an entry's body."""

    url: str
    host: str  # lower case, without "www."
    text: str


@dataclass(frozen=True)
class StoredExtra:
    """What has no other place, as it is stored: the JSON of a list of Extra. It is never shown as HTML."""

    json: str
    left_out: int = 0  # characters of JSON beyond the bound


@_made_at_once
@dataclass(frozen=True)
class CleanEntry:
    """An entry as it is stored: all strings are plain text, but `html` and `summary`, which are sanitised."""

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
    summary: str = ""
    summary_text: str = ""
    published_text: str | None = None
    media: tuple[Media, ...] = ()
    credits: tuple[Credit, ...] = ()
    source: Source | None = None
    external_url: str | None = None
    license: str | None = None
    duration: float | None = None
    season: float | None = None
    episode: float | None = None
    comments: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    extra: StoredExtra | None = None


@dataclass(frozen=True)
class KnownEntry:
    """What of a document's entry tells whether the archive has it as it stands, so that it need not be cleaned."""

    guid: str
    fingerprint: str  # these as in CleanEntry
    published: str | None = None
    updated: str | None = None


@dataclass(frozen=True)
class CleanFeed:
    """A feed as it is stored. Of its entries those that the archive has as they stand need not be cleaned."""

    format: str
    url: str | None
    title: str | None
    site_url: str | None
    description: str | None
    icon_url: str | None
    language: str | None
    hub_url: str | None
    hints: Hints
    entries: tuple[CleanEntry | KnownEntry, ...]
    damage: str | None
    updated: str | None = None
    date_order: DateOrder | None = None
    extra: StoredExtra | None = None
