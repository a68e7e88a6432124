"""The reading of a document that is saved, what it means for its entries, and what was read otherwise in it. Pure."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from ingest.archive.changes import EntryVersion, Verdict, fields_read_otherwise
from ingest.archive.documents.said_by import DocumentTime, SaidBy
from ingest.archive.saving.beside import Beside


@dataclass(frozen=True)
class DocumentReading:
    """The reading of a document that is saved. `again`: it was read before. `dated`: it has a time of its own."""

    at: str
    document: DocumentTime | None
    reader: int
    live: bool = False
    again: bool = False
    dated: bool = False
    date: str | None = None  # that the document gives itself

    @property
    def read_again(self) -> int | None:
        """The id of the document where it was read before."""
        return self.document.id if self.again and self.document else None

    def is_after(self, said_by: SaidBy) -> bool:
        """Whether the document is a later state of the feed than all that are known to have said a version."""
        return self.live or (self.dated and self.document is not None and said_by.ends_before(self.document))

    def is_no_earlier(self, said_by: SaidBy) -> bool:
        """Whether the document is no earlier than the one whose passing values are stored, as far as is known.

        A file counts as of the time when it was imported, since no time of its own is known.
        """
        if self.live or self.document is None:
            return self.live or self.again
        if self.again:
            return said_by.read_from is None or said_by.read_from <= self.document
        return said_by.ends_before(self.document)

    def is_before(self, said_by: SaidBy) -> bool:
        """Whether a later document said that version."""
        return self.dated and self.document is not None and said_by.ends_after(self.document)


@dataclass(frozen=True)
class Reread:
    """What another version of the reading made of a kept document that was read before.

    `new` are guids, the others ids of entries: `edited` of edits between kept documents that were not read before; by
    field, `filled` of those that have something where nothing was, `changed` of those that have something else; `kept`
    of those whose former text is kept.
    """

    new: Set[str] = frozenset()
    edited: Set[int] = frozenset()
    filled: Mapping[str, Set[int]] = field(default_factory=dict)
    changed: Mapping[str, Set[int]] = field(default_factory=dict)
    kept: Set[int] = frozenset()


_BY_IMPORTANCE = [
    Verdict.UNCHANGED,
    Verdict.TOUCHED,
    Verdict.OLDER_NOISE,
    Verdict.NOISE,
    Verdict.OLDER_REREAD,
    Verdict.REREAD,
    Verdict.OLDER,
    Verdict.CHANGED,
    Verdict.NEW,
]


@dataclass
class SavedEntries:
    """The verdict on each entry by its id, and what was read otherwise."""

    verdicts: dict[int, Verdict] = field(default_factory=dict)
    as_they_stand: list[int] = field(default_factory=list)  # that are new or unchanged, to be stored at once
    new: set[str] = field(default_factory=set)
    split_off: set[str] = field(default_factory=set)  # new as well, with what another had that they are not
    filled: dict[str, set[int]] = field(default_factory=dict)
    changed: dict[str, set[int]] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    said_under: dict[str, str] = field(default_factory=dict)  # its guid in the document, by the stored one
    templated: frozenset[int] = frozenset()  # in which nothing but their feed's template changed
    summarised: frozenset[int] = frozenset()  # of which either the document or the archive has but a summary
    present: set[str] = field(default_factory=set)  # whose version in the document is the present one

    def presently_said_under(self) -> dict[str, str]:
        return {guid: said for guid, said in self.said_under.items() if guid in self.present | self.new}

    @property
    def otherwise(self) -> int:
        """How many entries were read otherwise."""
        return len(set().union(*self.filled.values(), *self.changed.values()))

    def judge(self, entry_id: int, verdict: Verdict) -> None:
        """Note a verdict. Of an entry that a document has more than once, the most important counts."""
        known = self.verdicts.get(entry_id, verdict)
        self.verdicts[entry_id] = max(known, verdict, key=_BY_IMPORTANCE.index)

    def note_fields(self, entry_id: int, stored: EntryVersion, incoming: EntryVersion) -> None:
        was = stored.fields
        for name in fields_read_otherwise(incoming, stored):
            self._note(name, entry_id, bool(was[name]))

    def note_beside(self, entry_id: int, was: Beside, now: Beside) -> None:
        for name, before, after in zip(Beside._fields, was, now, strict=True):
            if before != after:
                self._note(name, entry_id, before is not None)

    def _note(self, name: str, entry_id: int, had_it: bool) -> None:
        (self.changed if had_it else self.filled).setdefault(name, set()).add(entry_id)


@dataclass(frozen=True)
class Saved:
    """How many of a document's entries were new, changed and unchanged, and how many of its feed it removed.

    `otherwise`: of how many another version of the reading made something else, which is no edit.
    """

    feed: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    document: int | None = None
    otherwise: int = 0
