"""What is new, what was edited, what has gone: decisions on plain values, without a database."""

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
    TOUCHED = auto()  # another document, but nothing that we store is different
    CHANGED = auto()
    OLDER = auto()  # from before the stored version, by its own account or its capture: kept as a revision


@dataclass(frozen=True)
class EntryVersion:
    """An entry at one time, as it is compared and kept."""

    fingerprint: str
    title: str | None
    url: str | None
    author: str | None
    html: str
    other: Mapping[str, Any]  # ingest.archive.columns.OTHER
    seen: str = ""  # since when, as in ingest.base.models

    def says_the_same_as(self, another: "EntryVersion") -> bool:
        return (
            (self.title, self.url, self.author) == (another.title, another.url, another.author)
            and without_controls(self.html) == without_controls(another.html)  # which older archives hold
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
    """What `incoming` means for an entry that is stored as `stored`, and was `earlier` before.

    `current` is true of what the feed says now. It is false of a saved document, which may be of any time: there,
    a version that was seen before is not an edit back to it.
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
    """What tells a stored entry from others with its guid."""

    url: str | None
    title: str | None
    published: str | None


def identify(
    entries: Sequence[CleanEntry], known: Mapping[str, Stored], shared: Collection[str] = ()
) -> list[str]:
    """The guid under which each of a document's entries is stored; `known` has those that are stored already.

    `shared` are the addresses in place of guids that were found to be of several entries before.

    A guid is an entry's identity. Where a document gives one guid to entries with different addresses, it identifies
    none of them, and each is stored under guid, "#" and its address, now and whenever it comes again. Entries that
    agree in both are versions of one entry. What has no address, or the address in place of a guid, is told apart by
    title and date.
    """
    apart: dict[str, set[str]] = {}
    for entry in entries:
        apart.setdefault(entry.guid, set()).add(_apart(entry))

    def guid(entry: CleanEntry) -> str:
        if qualified_guid(entry) in known:
            return qualified_guid(entry)
        if len(apart[entry.guid]) == 1 and entry.guid not in shared:
            return entry.guid
        if entry.guid in known and _apart(entry, known[entry.guid]) == _apart(entry):
            return entry.guid
        return qualified_guid(entry)

    return [guid(entry) for entry in entries]


def qualified_guid(entry: CleanEntry) -> str:
    return f"{entry.guid}#{_apart(entry)}"


def is_last(guids: Sequence[str]) -> list[bool]:
    """For each place in a document, whether no later place has the same guid."""
    left = Counter(guids)
    result = []
    for guid in guids:
        left[guid] -= 1
        result.append(left[guid] == 0)
    return result


def vanished(before: Mapping[int, str], now: Collection[int], oldest: str | None) -> list[int]:
    """The entries that were taken out of a feed: in the document before, not in this one, and newer than its oldest.

    Those that are older have merely left the window. `before` maps the ids of the previous document's entries to
    their dates, `now` has the ids of this one's, `oldest` is the date of the oldest of these.
    """
    if oldest is None:
        return []
    return [entry for entry, date in before.items() if entry not in now and date > oldest]


def _apart(entry: CleanEntry, known_as: Stored | None = None) -> str:
    """What tells the entry from others with its guid; or, what it would be where it is the one that is stored."""
    said = known_as or entry
    if entry.url and not entry.guid_derived:
        return said.url or ""
    return f"{said.title or ''} {said.published or ''}".strip()
