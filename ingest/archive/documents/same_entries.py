"""Which entries of before are those in which another version of the reading finds another title, date, URL or guid: on
values, without a database. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from ingest.archive.identity.guids import Stored, is_qualified, is_said_by, qualified_guid
from ingest.base.models import CleanEntry


class SaidEntry(NamedTuple):
    """A stored entry that another version of the reading found in a document."""

    guid: str  # under which it is stored
    said: Stored
    fingerprint: str
    is_first: (
        bool  # whether the entry came with this document, so that its place among others follows from its id
    )
    aliases: tuple[str, ...] = ()  # the further guids under which it came
    under_any: bool = False  # whether it may have come under guids of which no row is kept

    def is_beneath(self, guid: str) -> bool:
        """Whether it came under this guid, or one that tells it from others with it."""
        return any(one == guid or is_qualified(one, guid) for one in (self.guid, *self.aliases))


_T = TypeVar("_T")
_Key = Callable[[Stored, str], object]  # of what is said and the fingerprint; None or "" where there is none


def _by_url(said: Stored, _: str) -> object:
    return said.url


_KEYS: Sequence[_Key] = (
    lambda said, fingerprint: fingerprint,
    lambda said, _: said.url and said.published and (said.url, said.published),
    lambda said, _: said.published,
    lambda said, _: said.title,
    _by_url,
)


def unknown_entries(
    entries: Sequence[CleanEntry], guids: Sequence[str], known: Mapping[str, Stored]
) -> dict[str, CleanEntry]:
    """The entries of a document that are not surely stored ones, by their guids: see `identify`."""
    return {
        guid: entry
        for entry, guid in zip(entries, guids, strict=True)
        if guid not in known or not (guid == qualified_guid(entry) or is_said_by(entry, known[guid]))
    }


def qualified_entries(entries: Sequence[CleanEntry], guids: Sequence[str]) -> dict[str, CleanEntry]:
    """Those that are told from others with their guid by what they say now, by their guids.

    What a document said before may have been taken for another then, which did not say the same yet.
    """
    return {guid: entry for entry, guid in zip(entries, guids, strict=True) if guid != entry.guid}


def read_otherwise(
    unknown: Mapping[str, CleanEntry],
    guids: Collection[str],
    known: Collection[str],
    said: Sequence[SaidEntry],
) -> dict[str, str]:
    """The guids of stored entries that the `unknown` entries of a document are, by the guids that these would have.

    `guids` are those of all entries of the document, `known` those of them that are stored; `said` are the entries
    that another version of the reading found in it, by id. Of those that are not found again are the same: those with
    the same guid in the document that are alike, one of each; where all came with this document, by their order. Those
    whose guid was derived, and was derived otherwise, where they are alike; and those that may have come under any. In
    doubt none is the same.
    """
    found: dict[str, str] = {}
    unknown = {guid: entry for guid, entry in unknown.items() if guid not in {one.guid for one in said}}
    said = [one for one in said if one.guid not in guids]
    for shared in dict.fromkeys(entry.guid for entry in unknown.values()):
        ours = {guid: entry for guid, entry in unknown.items() if entry.guid == shared}
        left = [one for one in said if one.guid not in found.values()]
        found |= _match(ours, [one for one in left if one.is_beneath(shared)])
    derived = {
        guid: entry
        for guid, entry in unknown.items()
        if entry.guid_derived and guid not in found and guid not in known
    }
    found |= _match(derived, [one for one in said if one.guid not in found.values()])
    left = [one for one in said if one.under_any and one.guid not in found.values()]
    new = {guid: entry for guid, entry in unknown.items() if guid not in found and guid not in known}
    return found | _match(new, left) if left else found


def _match(ours: Mapping[str, CleanEntry], said: Sequence[SaidEntry]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key in _KEYS:
        mine = _unique((key(_said(entry), entry.fingerprint), guid) for guid, entry in ours.items())
        theirs = _unique((key(one.said, one.fingerprint), one) for one in said)
        same = [(mine[value], theirs[value]) for value in mine.keys() & theirs.keys()]
        found |= {
            guid: one.guid for guid, one in same if key is not _by_url or _agree(_said(ours[guid]), one.said)
        }
        ours = {guid: entry for guid, entry in ours.items() if guid not in found}
        said = [one for one in said if one.guid not in found.values()]
    in_order = list(zip(ours.items(), said, strict=False))
    if len(ours) == len(said) and all(
        one.is_first and _agree(_said(entry), one.said) for (_, entry), one in in_order
    ):
        found |= {guid: one.guid for (guid, _), one in in_order}
    return found


def _said(entry: CleanEntry) -> Stored:
    return Stored(entry.url, entry.title, entry.published)


def _unique(values: Iterable[tuple[object, _T]]) -> dict[object, _T]:
    """By the values that only one has."""
    some = [(value, one) for value, one in values if value]
    count = Counter(value for value, _ in some)
    return {value: one for value, one in some if count[value] == 1}


def _agree(one: Stored, other: Stored) -> bool:
    """Whether they do not have different dates."""
    return not (one.published and other.published) or one.published == other.published
