"""Prove from a feed's documents that entries were removed that an earlier release marked as removed. Pure.

It claimed that of each entry that one document lacked. Here the documents are looked at again, in their order, by the
rule of today. What they do not show stays unproven.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.archive.removals.absences import (
    Absence,
    DocumentOrder,
    EntryTimes,
    WindowEntry,
    common_orders,
    document_orders,
    judge_absences,
    origin_of,
    shows_nothing_between,
)
from ingest.archive.removals.tombstones import Tombstone, tombstones_in
from ingest.base.models import CleanEntry, CleanFeed


@dataclass(frozen=True)
class MarkedEntry:
    """An entry that is marked as removed, which is to be proven. `guids` has all under which it came."""

    id: int
    guids: frozenset[str]
    url: str | None
    title: str | None
    times: EntryTimes


class ShownEntry(NamedTuple):
    """What of a document's entry tells which it is, and where in time it stands."""

    guid: str
    url: str | None
    title: str | None
    times: EntryTimes
    source: str | None

    def is_perhaps(self, one: MarkedEntry) -> bool:
        """Whether it may be this one, also under another guid, which would be no removal."""
        return self.guid in one.guids or _agree(self.url, one.url) or _agree(self.title, one.title)


def _agree(one: str | None, other: str | None) -> bool:
    return bool(one) and one == other


@dataclass(frozen=True)
class ProvingDocument:
    """What of a document tells of removals."""

    entries: tuple[ShownEntry, ...]
    tombstones: tuple[Tombstone, ...]
    is_damaged: bool


class ProvenRemoval(NamedTuple):
    """`rule` as in the table removals."""

    entry: int
    missing_since: str
    looks: int
    rule: str


def proving_document(feed: CleanFeed) -> ProvingDocument:
    entries = tuple(
        ShownEntry(
            entry.guid,
            entry.url,
            entry.title,
            EntryTimes(entry.published, entry.updated),
            (entry.source.url or entry.source.title) if entry.source else None,
        )
        for entry in feed.entries
        if isinstance(entry, CleanEntry)
    )
    return ProvingDocument(entries, tombstones_in(feed.extra), feed.damage is not None)


class Proving:
    """Looks for proof of these marks, at the documents from the last on that had the entries, in order of time."""

    def __init__(self, marked: Sequence[MarkedEntry]) -> None:
        self._marked = marked
        self._unproven = {one.id: one for one in marked}
        self._numbers: dict[str, int] = {}
        self._document: int | None = None
        self._tells = False  # whether that document tells of removals
        self._orders: frozenset[DocumentOrder] = frozenset()
        self._window: tuple[WindowEntry, ...] = ()  # of the last that did
        self._last: tuple[WindowEntry, ...] = ()
        self._missing: tuple[Absence, ...] = ()

    @property
    def may_prove_more(self) -> bool:
        return bool(self._unproven)

    def look(self, at: str, document: int, shown: ProvingDocument) -> list[ProvenRemoval]:
        """What a look proves that was taken at the time `at`. Another one at the same document is a confirmation."""
        is_first, is_again = self._document is None, self._document == document
        entries = self._last if is_again else self._window_entries(shown)
        present = {entry.id for entry in entries}
        proven = [] if is_first else self._deleted(at, shown, present)
        proven += self._look_again(at) if is_again else self._look_at(at, document, entries, present, shown)
        for one in proven:
            self._unproven.pop(one.entry, None)
        missing = {absence.entry.id for absence in self._missing}
        there = {entry.id for entry in (*self._window, *self._last)} | missing
        self._unproven = {id: one for id, one in self._unproven.items() if id in there}
        return proven

    def _look_again(self, at: str) -> list[ProvenRemoval]:
        present = {entry.id for entry in self._last}
        return self._judge(self._last, present, self._orders, at) if self._tells else []

    def _look_at(
        self,
        at: str,
        document: int,
        entries: tuple[WindowEntry, ...],
        present: set[int],
        shown: ProvingDocument,
    ) -> list[ProvenRemoval]:
        for absence in self._missing:
            if absence.entry.id in present:  # how it was found that it is gone since is not known here
                self._unproven.pop(absence.entry.id, None)
        self._missing = tuple(one for one in self._missing if one.entry.id not in present)
        before = (*self._window, *self._last)
        self._document, self._last = document, entries
        times = [entry.times for entry in shown.entries]
        self._tells = not (shown.is_damaged or shows_nothing_between(times))
        if not self._tells:
            return []
        orders = document_orders(times)
        common, self._orders, self._window = common_orders(orders, self._orders), orders, entries
        return self._judge(before, present, common, at)

    def _judge(
        self, window: Iterable[WindowEntry], present: set[int], orders: frozenset[DocumentOrder], at: str
    ) -> list[ProvenRemoval]:
        missing = {absence.entry.id for absence in self._missing}
        entries = {entry.id: entry for entry in window if entry.id not in missing}
        judged = judge_absences(entries.values(), self._missing, present, orders, at)
        self._missing = judged.missing
        removed = [ProvenRemoval(one.entry.id, one.since, one.looks, "order") for one in judged.removed]
        return [one for one in removed if one.entry in self._unproven]

    def _deleted(self, at: str, shown: ProvingDocument, present: set[int]) -> list[ProvenRemoval]:
        """Those that the document says were deleted."""
        return [
            ProvenRemoval(one.id, at, 1, "tombstone")
            for one in self._unproven.values()
            if one.id not in present
            and any(said.guid in one.guids and said.is_of(one.times) for said in shown.tombstones)
        ]

    def _window_entries(self, shown: ProvingDocument) -> tuple[WindowEntry, ...]:
        """The document's entries by the ids of those that they may be; others have ids below 0."""
        found = []
        for entry in shown.entries:
            ids = [one.id for one in self._marked if entry.is_perhaps(one)]
            own = ids or [self._number(f"entry {entry.guid} {entry.url} {entry.title}")]
            source = self._number(f"source {entry.source}") if entry.source else None
            found += [WindowEntry(id, entry.times, origin_of(source, entry.url)) for id in own]
        return tuple(found)

    def _number(self, name: str) -> int:
        return self._numbers.setdefault(name, -1 - len(self._numbers))
