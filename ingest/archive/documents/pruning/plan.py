"""Which documents' bytes go, so that what is kept is within its bounds. Pure.

First go those of feeds that were deleted, then those between two documents of their feed in which the same was read,
then others; of each the oldest first.
Somewhat more goes than is above the bound, so that not each run has to free something again.
Those that are cited stay: the first or last document of an entry or revision, and the last of a feed. A body that
several documents share goes when each of them may.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

DOWN_TO = 95  # per cent of a bound that is exceeded


@dataclass(frozen=True, slots=True)
class PrunableDocument:
    """A document that was received. `size` is what its records take in the folder, 0 where they are not kept."""

    id: int
    feed: int | None  # None where that was deleted
    at: str
    sha256: str
    bytes: int  # of its body
    reading: str | None
    size: int = 0
    file: str | None = None
    cited: bool = False

    @property
    def is_kept(self) -> bool:
        return self.file is not None


@dataclass(frozen=True)
class PrunePlan:
    """What goes, in this order, and by how many bytes the feeds with a bound of their own, and all others (None), stay
    above it. `left` are files that stay as they are; `waiting` is what is above its bound too, but is not tried."""

    repeated: Sequence[PrunableDocument] = ()  # those between two in which the same was read
    others: Sequence[PrunableDocument] = ()
    above: Mapping[int | None, int] = field(default_factory=dict)
    left: Sequence[str] = ()
    waiting: Sequence[int | None] = ()
    is_of_all: bool = True  # feeds

    @property
    def documents(self) -> Sequence[PrunableDocument]:
        return [*self.repeated, *self.others]

    def of_feeds(self, feeds: Collection[int]) -> "PrunePlan":
        """What of it goes where only documents of these feeds are to: no body that another's has too."""
        shared = {one.sha256 for one in self.documents if one.feed not in feeds}
        repeated, others = (
            [one for one in part if one.feed in feeds and one.sha256 not in shared]
            for part in (self.repeated, self.others)
        )
        return replace(self, repeated=repeated, others=others, is_of_all=False)


def plan_pruning(documents: Sequence[PrunableDocument], limits: Mapping[int | None, int | None]) -> PrunePlan:
    """What is to go of these documents, which are all of the archive, by feed, time and id.

    `limits` are bytes, by the feeds that have a bound of their own, and by None of all others together; a limit of None
    is no bound.
    """
    totals = _totals(documents, limits)
    excess = {scope: _excess(total, limits.get(scope)) for scope, total in totals.items()}
    if not any(more > 0 for more in excess.values()):
        return PrunePlan()
    repeated = _repeated(documents)
    bodies: dict[str, list[PrunableDocument]] = defaultdict(list)
    for document in documents:
        if document.is_kept:
            bodies[document.sha256].append(document)
    gone: tuple[list[PrunableDocument], list[PrunableDocument]] = ([], [])
    for is_other, body in _in_order(
        [body for body in bodies.values() if not any(one.cited for one in body)], repeated
    ):
        if all(excess[_scope(one, limits)] > 0 for one in body):
            gone[is_other].extend(body)
            for one in body:
                excess[_scope(one, limits)] -= one.size
    left = {scope: more - _margin(limits.get(scope)) for scope, more in excess.items()}
    return PrunePlan(*gone, {scope: more for scope, more in left.items() if more > 0})


def _excess(total: int, limit: int | None) -> int:
    """How many bytes are to go."""
    return 0 if limit is None or total <= limit else total - limit + _margin(limit)


def _margin(limit: int | None) -> int:
    return 0 if limit is None else limit - limit * DOWN_TO // 100


def _scope(document: PrunableDocument, limits: Mapping[int | None, int | None]) -> int | None:
    return document.feed if document.feed in limits else None


def _totals(
    documents: Sequence[PrunableDocument], limits: Mapping[int | None, int | None]
) -> dict[int | None, int]:
    totals: dict[int | None, int] = defaultdict(int)
    for document in documents:
        totals[_scope(document, limits)] += document.size
    return totals


def _repeated(documents: Sequence[PrunableDocument]) -> set[int]:
    """The documents between two of their feed, where the same was read in all three."""
    found = set()
    for _, of_feed in groupby(documents, lambda document: document.feed):
        row = list(of_feed)
        for before, one, after in zip(row, row[1:], row[2:], strict=False):
            if one.reading is not None and before.reading == one.reading == after.reading:
                found.add(one.id)
    return found


def _in_order(
    bodies: Sequence[Sequence[PrunableDocument]], repeated: set[int]
) -> list[tuple[bool, Sequence[PrunableDocument]]]:
    """The bodies in the order in which they go, each with whether it is another than a repeated one."""
    ranked = [(not all(one.id in repeated for one in body), body) for body in bodies]
    return sorted(
        ranked,
        key=lambda item: (
            any(one.feed for one in item[1]),
            item[0],
            max((one.at, one.id) for one in item[1]),
        ),
    )
