"""Which stored entry each entry of a document is. Pure.

A visible duplicate is preferred to a wrong merge: link blogs and reposts give one address, or one title, to many posts.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from ingest.archive.identity.rules import MATCHINGS, SHOWN_AGAIN, Key, Matching, Post, tells_apart
from ingest.archive.identity.spellings import page_key
from ingest.archive.identity.values import Recognition, StoredPost

_T = TypeVar("_T", bound=Post)
_A_FEW_HOURS = 3


def recognise(
    entries: Sequence[Post],
    known: Sequence[StoredPost],
    aliases: Mapping[str, int],
    shown_together: Collection[tuple[str, int]] = (),
    shown_before: Sequence[StoredPost] = (),
) -> list[Recognition]:
    """For each of a document's entries the stored one that it is, and by which rule.

    `known` are those that are stored under guids of the document, and candidates for others; `aliases` are the ids of
    entries by further guids that they came under; `shown_together` are pairs of a guid and the id of an entry that a
    document showed beside it; `shown_before` were in the
    document before it. No two entries of a document with different guids are the same.
    """
    by_guid = {one.guid: one.id for one in known}
    found = {
        entry.guid: Recognition(by_guid[entry.guid], "guid") for entry in entries if entry.guid in by_guid
    }
    taken = {one.entry for one in found.values()}
    for entry in entries:
        aliased = aliases.get(entry.guid)
        if entry.guid not in found and aliased is not None and aliased not in taken:
            found[entry.guid] = Recognition(aliased, "alias")
            taken.add(aliased)
    rest = list({entry.guid: entry for entry in entries if entry.guid not in {*found, *aliases}}.values())
    left = [one for one in known if one.id not in taken]
    reach = document_reach(entries)
    for matching in MATCHINGS:
        pairs = [
            (entry, one)
            for entry, one in _pairs(matching, rest, left, entries)
            if (entry.guid, one.id) not in shown_together
            and (matching.exact or should_be_held(one, reach))
            and not tells_apart(entry, one)
        ]
        found |= {entry.guid: Recognition(one.id, matching.rule) for entry, one in pairs}
        rest = [entry for entry in rest if entry.guid not in found]
        gone = {one.id for _, one in pairs}
        left = [one for one in left if one.id not in gone]
    before = [one for one in shown_before if one.id not in {said.entry for said in found.values()}]
    again = _shown_again(entries, rest, before, found)
    found |= {guid: one for guid, one in again.items() if (guid, one.entry) not in shown_together}
    return [found.get(entry.guid, Recognition()) for entry in entries]


def _shown_again(
    entries: Sequence[Post],
    rest: Sequence[Post],
    before: Sequence[StoredPost],
    found: Mapping[str, Recognition],
) -> dict[str, Recognition]:
    """What the document before had and this one has not under its guid, where only guid and date are others.

    A repost says the same as well: so the date moved by hours, as by a time zone; or no guid of the document was known,
    and half of it is what was there before, as where guids and dates are made anew for each.
    """
    pairs = [
        (entry, one)
        for entry, one in _pairs(SHOWN_AGAIN, rest, before, entries)
        if not tells_apart(entry, one)
    ]
    by_rules = [one for one in found.values() if one.rule not in ("guid", "alias")]
    again = len(by_rules) + len(pairs)
    made_anew = len(by_rules) == len(found) and again > 1 and again * 2 >= len({one.guid for one in entries})
    return {
        entry.guid: Recognition(one.id, SHOWN_AGAIN.rule)
        for entry, one in pairs
        if made_anew or hours_apart(entry.published, one.published) <= _A_FEW_HOURS
    }


def hours_apart(one: str | None, other: str | None) -> float:
    """Between two dates; none where neither is there."""
    if not one or not other:
        return 0 if one == other else math.inf
    try:
        between = datetime.fromisoformat(one) - datetime.fromisoformat(other)
    except (ValueError, TypeError):
        return math.inf
    return abs(between.total_seconds()) / 3600


@dataclass(frozen=True)
class DocumentReach:
    """How far back a document goes: to this date where it is in order of time, to none where it is not.

    `undated`: nothing in it has a date.
    """

    oldest: str | None
    undated: bool


def document_reach(entries: Sequence[Post]) -> DocumentReach:
    dates = [entry.published for entry in entries if entry.published]
    return DocumentReach(min(dates) if dates and in_order_of_time(dates) else None, undated=not dates)


def should_be_held(one: StoredPost, reach: DocumentReach) -> bool:
    """Whether a document would still have a stored entry if that were not there under another guid.

    By their order: what is no older than the last of a document in order of time. Of one that is not dated, or of a
    document that is not in order, as those ranked by votes, that is not known; but where nothing is dated at all, what
    the last document had.
    """
    if reach.undated:
        return one.last_shown
    return bool(one.published and reach.oldest and one.published >= reach.oldest)


def in_order_of_time(dates: Sequence[str]) -> bool:
    """Whether they go down, as in most feeds, or up."""
    ordered = sorted(dates)
    return list(dates) in (ordered, ordered[::-1])


def _pairs(
    matching: Matching, rest: Sequence[Post], left: Sequence[StoredPost], entries: Sequence[Post]
) -> list[tuple[Post, StoredPost]]:
    """Those with a key that no other entry of the document has, nor another candidate."""
    if not rest or not left:
        return []
    mine = _only_ones(matching.key, entries)
    theirs = _only_ones(matching.key, left)
    if not matching.exact and not matching.bare:
        mine = _of_own_address(mine, entries)
        theirs = _of_own_address(theirs, left)
    unrecognised = {entry.guid for entry in rest}
    return [
        (entry, theirs[key]) for key, entry in mine.items() if key in theirs and entry.guid in unrecognised
    ]


def _only_ones(key_of: Callable[[Post], Key], posts: Iterable[_T]) -> dict[Key, _T]:
    """By the keys that one guid alone has."""
    found: dict[Key, _T] = {}
    several: set[Key] = {None}
    for post in posts:
        key = key_of(post)
        if found.setdefault(key, post).guid != post.guid:
            several.add(key)
    return {key: post for key, post in found.items() if key not in several}


def _of_own_address(found: dict[Key, _T], posts: Iterable[_T]) -> dict[Key, _T]:
    own = {post.guid for post in _only_ones(lambda post: (page_key(post.url) or "",), posts).values()}
    return {key: post for key, post in found.items() if post.guid in own}
