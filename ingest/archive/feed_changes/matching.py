"""Which entries of two feeds that are one are the same, and under which guid the others come into the feed that stays.
Pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.archive.identity.rules import MATCHINGS, Key, Matching, name_of
from ingest.archive.identity.spellings import page_key, path_key
from ingest.archive.identity.values import IdentityRule, StoredPost


@dataclass(frozen=True)
class MatchedEntry:
    """An entry of the feed that goes, `former`, is the entry `entry` of the feed that stays, by this rule."""

    entry: int
    former: int
    rule: IdentityRule


def matched_entries(staying: Sequence[StoredPost], going: Sequence[StoredPost]) -> list[MatchedEntry]:
    """The entries of the feed that goes that the one that stays has, by the rules for a document's entries.

    A guid counts where the entries agree in anything else as well: two feeds may both number theirs from 1. Feeds are
    no documents: whether one "should still hold" an entry is not asked.
    """
    ours = {one.guid: one for one in staying}
    found = {
        former.id: MatchedEntry(ours[former.guid].id, former.id, "guid")
        for former in going
        if former.guid in ours and _agree(ours[former.guid], former)
    }
    taken = {one.entry for one in found.values()}
    for matching in MATCHINGS:
        if len(found) == min(len(staying), len(going)):
            break
        mine = _that_alone_have(matching, staying)
        for key, former in _that_alone_have(matching, going).items():
            entry = mine.get(key)
            if entry and former.id not in found and entry.id not in taken:
                found[former.id] = MatchedEntry(entry.id, former.id, matching.rule)
                taken.add(entry.id)
    return [found[former.id] for former in going if former.id in found]


def _that_alone_have(matching: Matching, posts: Sequence[StoredPost]) -> dict[Key, StoredPost]:
    """The entries whose key no other of the feed has; where that is not exact, nor their address either."""
    keyed = [(matching.key(one), one) for one in posts]
    keys = Counter(key for key, _ in keyed)
    addresses: Counter[str | None] = (
        Counter() if matching.exact else Counter(page_key(one.url) for one in posts)
    )
    return {
        key: one
        for key, one in keyed
        if key and keys[key] == 1 and (matching.exact or addresses[page_key(one.url)] == 1)
    }


def _agree(one: StoredPost, other: StoredPost) -> bool:
    """Whether they have the same title (or words), date, page or path; or none of these to tell them apart."""
    keys = [
        (name_of(one), name_of(other)),
        (one.published, other.published),
        (page_key(one.url), page_key(other.url)),
        (path_key(one.url), path_key(other.url)),
    ]
    return any(a and a == b for a, b in keys) or not any(a and b for a, b in keys)


def guids_beside(taken: Collection[str], going: Sequence[StoredPost]) -> dict[int, str]:
    """The guids of those entries that need another, since the feed that stays has theirs, by id: qualified guids."""
    used = {*taken, *(one.guid for one in going)}
    found = {}
    for one in going:
        if one.guid not in taken:
            continue
        guid = f"{one.guid}#{one.url or one.title or one.published or ''}"
        while guid in used:
            guid += "#"
        used.add(guid)
        found[one.id] = guid
    return found


def counts_by_rule(matched: Sequence[MatchedEntry]) -> dict[IdentityRule, int]:
    """How many were found by each rule, most first."""
    return dict(Counter(one.rule for one in matched).most_common())
