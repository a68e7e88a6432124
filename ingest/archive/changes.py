"""Decide what is new, edited or removed, and which entry is which: on values, without a database. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, NamedTuple

from ingest.archive.columns import derived_of, different, other_of
from ingest.base.clock import is_ahead
from ingest.base.models import CleanEntry, DateFrom
from ingest.base.plain_text import without_controls


class Verdict(Enum):
    NEW = auto()
    UNCHANGED = auto()
    TOUCHED = auto()  # another fingerprint, but nothing that is stored differs
    CHANGED = auto()
    OLDER = auto()  # a version before the stored one, by `updated` or by when it was seen: kept as a revision
    REREAD = auto()  # the stored version, which another version of the reading reads otherwise: no edit
    OLDER_REREAD = auto()  # as OLDER, but the stored one was read by another version of the reading: no edit


@dataclass(frozen=True)
class EntryVersion:
    """A version of an entry, as it is compared and kept in `revisions`."""

    fingerprint: str
    title: str | None
    url: str | None
    author: str | None
    html: str
    other: Mapping[str, Any]  # ingest.archive.columns.OTHER
    seen: str = ""  # when it was first seen, as in ingest.base.models
    text: str = ""
    derived: Mapping[str, Any] = field(
        default_factory=dict
    )  # ingest.archive.columns.DERIVED; not of revisions

    def says_the_same_as(self, another: "EntryVersion") -> bool:
        return (
            (self.title, self.url, self.author) == (another.title, another.url, another.author)
            and without_controls(self.html) == without_controls(another.html)  # older archives have controls
            and not different(self.other, another.other)
        )

    @property
    def fields(self) -> dict[str, Any]:
        """All that is stored of it, by name."""
        own = {
            "title": self.title,
            "url": self.url,
            "author": self.author,
            "html": self.html,
            "text": self.text,
        }
        return {**own, **self.other, **self.derived}


def version(entry: CleanEntry, seen: str = "") -> EntryVersion:
    return EntryVersion(
        entry.fingerprint,
        entry.title,
        entry.url,
        entry.author,
        entry.html,
        other_of(entry),
        seen,
        entry.text,
        derived_of(entry),
    )


def fields_read_otherwise(incoming: EntryVersion, stored: EntryVersion) -> list[str]:
    """The names of the fields in which two readings differ, also where that would be no edit."""
    return different(stored.fields, incoming.fields)


def is_lost(stored: EntryVersion, incoming: EntryVersion, earlier: Iterable[EntryVersion]) -> bool:
    """Whether words of the stored version would be lost if the reading `incoming` took its place."""
    return words_lost(stored, incoming) and not any(
        stored.text == kept.text and stored.says_the_same_as(kept) for kept in earlier
    )


def words_lost(stored: EntryVersion, incoming: EntryVersion) -> bool:
    """Whether the reading `incoming` lacks words of the stored version: of its title, texts, tags or authors."""
    return bool(_words(stored) - _words(incoming))


# Words, and of the other signs those that say something for themselves, as emoji do: no punctuation.
_WORD = re.compile(r"\w+|[^\w\s\x00-\xbf\u2000-\u206f\u3000-\u303f]")


def _words(version: EntryVersion) -> Counter[str]:
    names = [*version.other.get("tags", ()), *version.other.get("authors", ())]
    texts = (version.title, version.author, version.text, version.other.get("summary_text"))
    said = "\n".join([*(text or "" for text in texts), *names])
    return Counter(_WORD.findall(without_controls(said).casefold()))


def decide(
    incoming: EntryVersion,
    stored: EntryVersion,
    earlier: Iterable[EntryVersion],
    current: bool,
    *,
    past: bool = False,
    other_reader: bool = False,
    superseded: bool = False,
) -> Verdict:
    """What the version `incoming` means for an entry with the version `stored` and the revisions `earlier`.

    `current` is true for a document that is known to be later than those of `stored`, as one that was fetched just now
    is, and false for one that may be of any time: a version of that which is among `earlier` does not count as an edit.
    `past`: a later document said `stored`. `other_reader`: `stored` was read by another version of the reading, so that
    nothing that differs counts as one. `superseded`: its document has a later version of the entry.
    """
    same_entry = incoming.fingerprint == stored.fingerprint
    if other_reader:
        if not fields_read_otherwise(incoming, stored):
            return Verdict.UNCHANGED if same_entry else Verdict.TOUCHED
        if same_entry or current:
            return Verdict.REREAD
    elif same_entry:
        return Verdict.UNCHANGED
    elif incoming.says_the_same_as(stored):
        return Verdict.TOUCHED
    elif current:
        return Verdict.CHANGED
    if equal_among(incoming, earlier) is not None:
        return Verdict.UNCHANGED
    if past or _is_older(incoming, stored) or (other_reader and superseded):
        return Verdict.OLDER_REREAD if other_reader else Verdict.OLDER
    return Verdict.REREAD if other_reader else Verdict.CHANGED


def equal_among(incoming: EntryVersion, earlier: Iterable[EntryVersion]) -> int | None:
    """The position of the first of the revisions `earlier` that is the version `incoming`; None where none is."""
    for position, kept in enumerate(earlier):
        if incoming.fingerprint == kept.fingerprint or incoming.says_the_same_as(kept):
            return position
    return None


def _is_older(incoming: EntryVersion, stored: EntryVersion) -> bool:
    if incoming.seen < stored.seen:
        return True
    incoming_updated, stored_updated = incoming.other["updated"], stored.other["updated"]
    return bool(incoming_updated and stored_updated and incoming_updated < stored_updated)


class Stored(NamedTuple):
    """The columns of a stored entry that distinguish it from others with its guid."""

    url: str | None
    title: str | None
    published: str | None


def identify(
    entries: Sequence[CleanEntry],
    known: Mapping[str, Stored],
    shared: Collection[str] = (),
    beside: Collection[str] = (),
) -> list[str]:
    """The guid under which to store each of a document's entries.

    `known` are the entries of the feed that are stored under their guids or qualified guids; `shared` are the derived
    guids under which several entries are stored; `beside` are the stored guids of the document's other entries.

    A guid is an entry's identity. Where a document has it for entries with different URLs, each is stored under its
    qualified guid, guid#URL, from then on. Entries with the same guid and URL are versions of one entry. Where there is
    no URL, or the guid was derived from it, title and date take its place. They may have been read otherwise since an
    entry was stored: what it says now goes before its qualified guid.
    """
    alike: dict[str | Stored, list[str]] = {}
    for guid, said in known.items():
        for distinction in (said, said.url or ""):
            alike.setdefault(distinction, []).append(guid)
    distinct = {(entry.guid, _distinction(entry)): entry for entry in entries}
    of_each_guid = Counter(guid for guid, _ in distinct)
    found: dict[tuple[str, str], str] = {}
    taken = set(beside)
    for one, entry in distinct.items():
        stored_as = _stored_as(entry, known, alike)
        if stored_as and stored_as not in taken:
            found[one] = stored_as
            taken.add(stored_as)
    for one, entry in distinct.items():
        if one not in found:
            guid = qualified_guid(entry)
            if guid not in known and of_each_guid[entry.guid] == 1 and entry.guid not in shared:
                guid = entry.guid
            while guid in taken:
                guid += "#"
            found[one] = guid
            taken.add(guid)
    return [found[entry.guid, _distinction(entry)] for entry in entries]


def _stored_as(
    entry: CleanEntry, known: Mapping[str, Stored], alike: Mapping[str | Stored, Sequence[str]]
) -> str | None:
    """The guid of the stored entry of the same guid that says now what distinguishes this one from others."""
    for guid in (qualified_guid(entry), entry.guid):
        if guid in known and is_said_by(entry, known[guid]):
            return guid
    by_url = entry.url and not entry.guid_derived
    what = entry.url if by_url else Stored(entry.url, entry.title, entry.published)
    return next((guid for guid in alike.get(what or "", ()) if is_qualified(guid, entry.guid)), None)


def is_said_by(entry: CleanEntry, said: Stored) -> bool:
    """Whether a stored entry of the same guid says now what distinguishes this one from others."""
    return _distinction(entry, said) == _distinction(entry)


def is_qualified(guid: str, of: str) -> bool:
    """Whether it is a qualified guid of the guid `of`."""
    return guid.startswith(f"{of}#")


def qualified_guid(entry: CleanEntry) -> str:
    """The guid for an entry that shares its own with others: "guid#https://example.com/post"."""
    return f"{entry.guid}#{_distinction(entry)}"


def is_last(guids: Sequence[str]) -> list[bool]:
    """For each of a document's guids, whether it does not occur again after that."""
    left = Counter(guids)
    result = []
    for guid in guids:
        left[guid] -= 1
        result.append(left[guid] == 0)
    return result


class EntryDate(NamedTuple):
    """The date by which an entry is sorted, and where it comes from."""

    date: str
    date_from: DateFrom


_FIRST_FEEDS = "1997"  # in which year scriptingNews and RDF site summaries began


def entry_date(
    published: str | None, updated: str | None, document_date: str | None, received: str, first_seen: str
) -> EntryDate:
    """The date of an entry whose version was said by a document that was received at `received`.

    What it says of itself, unless that is more than two days ahead; then when it was first seen. What is undated takes
    the document's own date, where that is possible; but a document that is not the first to have it does not date it.
    """
    said = published or updated
    if said:
        ahead = is_ahead(said, received)
        return (
            EntryDate(first_seen, "seen")
            if ahead
            else EntryDate(said, "published" if published else "updated")
        )
    if document_date and _FIRST_FEEDS <= document_date <= received <= first_seen:
        return EntryDate(document_date, "document")
    return EntryDate(first_seen, "seen")


class StoredDate(NamedTuple):
    """What is stored of an entry's dates. `seen`: when its present version was first seen."""

    published: str | None
    updated: str | None
    date: str
    date_from: DateFrom
    first_seen: str
    seen: str


def updated_date(
    stored: StoredDate, published: str | None, updated: str | None, document_date: str | None, received: str
) -> EntryDate:
    """The date of a stored entry whose version another takes the place of."""
    said = published or updated
    if said != (stored.published or stored.updated):
        return entry_date(published, updated, document_date, received, stored.first_seen)
    if not said or stored.date_from == "seen":  # for good, also when that day has come
        return EntryDate(stored.date, stored.date_from)
    return EntryDate(said, "published" if published else "updated")


def date_seen_earlier(stored: StoredDate, document_date: str | None, received: str) -> EntryDate:
    """The date of a stored entry that a document of `received` turns out to have, when it was or is first seen."""
    first_seen = min(stored.first_seen, received)
    seen = received if stored.seen == stored.first_seen else stored.seen
    if (stored.published or stored.updated) and stored.date_from != "seen":
        return entry_date(stored.published, stored.updated, None, seen, first_seen)
    if stored.published or stored.updated:
        return EntryDate(first_seen, "seen")
    found = entry_date(None, None, document_date, received, first_seen)
    if found.date_from == "seen" and stored.date_from == "document" and stored.date <= first_seen:
        return EntryDate(stored.date, stored.date_from)
    return found


def vanished(before: Mapping[int, str], now: Collection[int], oldest: str | None) -> list[int]:
    """The ids of entries that were removed from a feed: in its previous document, not in this one, and newer than the
    oldest of this one. Older ones have merely dropped out of it.

    `before` maps the ids of the previous document's entries to their dates, `now` has the ids of this one's, `oldest`
    is the date of the oldest of these: of those that are dated themselves, since other dates do not tell their order.
    """
    if oldest is None:
        return []
    return [entry for entry, date in before.items() if entry not in now and date > oldest]


def _distinction(entry: CleanEntry, known_as: Stored | None = None) -> str:
    """What distinguishes an entry from others with its guid: its URL, or title and date; of `known_as` where given."""
    of = known_as or entry
    if entry.url and not entry.guid_derived:
        return of.url or ""
    return f"{of.title or ''} {of.published or ''}".strip()
