"""Decide what is new or edited, and which entry is which: on values, without a database. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
    NOISE = auto()  # the version that takes its place says nothing else to a reader: no edit
    OLDER_NOISE = auto()  # the same of a version before the stored one
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
