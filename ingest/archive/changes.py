"""Decide what is new, edited or removed, and which entry is which: on values, without a database. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple

from ingest.archive.columns import other_of, same_other
from ingest.base.models import CleanEntry
from ingest.base.plain_text import without_controls


class Verdict(Enum):
    NEW = auto()
    UNCHANGED = auto()
    TOUCHED = auto()  # another fingerprint, but nothing that is stored differs
    CHANGED = auto()
    OLDER = auto()  # a version before the stored one, by `updated` or by when it was seen: kept as a revision


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

    def says_the_same_as(self, another: "EntryVersion") -> bool:
        return (
            (self.title, self.url, self.author) == (another.title, another.url, another.author)
            and without_controls(self.html) == without_controls(another.html)  # older archives have controls
            and same_other(self.other, another.other)
        )


def version(entry: CleanEntry, seen: str = "") -> EntryVersion:
    return EntryVersion(
        entry.fingerprint,
        entry.title,
        entry.url,
        entry.author,
        entry.html,
        other_of(entry),
        seen,
    )


def decide(
    incoming: EntryVersion,
    stored: EntryVersion,
    earlier: Iterable[EntryVersion],
    current: bool,
) -> Verdict:
    """What the version `incoming` means for an entry with the version `stored` and the revisions `earlier`.

    `current` is true for a document that was fetched just now, and false for a saved one, which may be of any time: a
    version of that which is among `earlier` does not count as an edit.
    """
    if incoming.fingerprint == stored.fingerprint:
        return Verdict.UNCHANGED
    if incoming.says_the_same_as(stored):
        return Verdict.TOUCHED
    if current:
        return Verdict.CHANGED
    if any(
        incoming.fingerprint == version.fingerprint or incoming.says_the_same_as(version)
        for version in earlier
    ):
        return Verdict.UNCHANGED
    if incoming.seen < stored.seen:
        return Verdict.OLDER
    incoming_updated, stored_updated = incoming.other["updated"], stored.other["updated"]
    if incoming_updated and stored_updated and incoming_updated < stored_updated:
        return Verdict.OLDER
    return Verdict.CHANGED


class Stored(NamedTuple):
    """The columns of a stored entry that distinguish it from others with its guid."""

    url: str | None
    title: str | None
    published: str | None


def identify(
    entries: Sequence[CleanEntry], known: Mapping[str, Stored], shared: Collection[str] = ()
) -> list[str]:
    """The guid under which to store each of a document's entries.

    `known` are the entries of the feed that are stored under their guids or qualified guids; `shared` are the derived
    guids under which several entries are stored.

    A guid is an entry's identity. Where a document has it for entries with different URLs, each is stored under its
    qualified guid, guid#URL, from then on. Entries with the same guid and URL are versions of one entry. Where there is
    no URL, or the guid was derived from it, title and date take its place.
    """
    distinctions: dict[str, set[str]] = {}
    for entry in entries:
        distinctions.setdefault(entry.guid, set()).add(_distinction(entry))

    def guid(entry: CleanEntry) -> str:
        if qualified_guid(entry) in known:
            return qualified_guid(entry)
        if len(distinctions[entry.guid]) == 1 and entry.guid not in shared:
            return entry.guid
        if entry.guid in known and _distinction(entry, known[entry.guid]) == _distinction(entry):
            return entry.guid
        return qualified_guid(entry)

    return [guid(entry) for entry in entries]


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


def vanished(before: Mapping[int, str], now: Collection[int], oldest: str | None) -> list[int]:
    """The ids of entries that were removed from a feed: in its previous document, not in this one, and newer than the
    oldest of this one. Older ones have merely dropped out of it.

    `before` maps the ids of the previous document's entries to their dates, `now` has the ids of this one's, `oldest`
    is the date of the oldest of these.
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
