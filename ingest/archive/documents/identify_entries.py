"""Which entries of a feed a document's entries are, also those that another version of the reading found otherwise."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlite_utils import Database

from ingest.archive.documents.said_by import DocumentTime, entries_said_by
from ingest.archive.documents.same_entries import (
    SaidEntry,
    qualified_entries,
    read_otherwise,
    unknown_entries,
)
from ingest.archive.entries import known_guids, shared_guids
from ingest.archive.identity.aliases import (
    Alias,
    has_aliases,
    load_aliases,
    load_parts,
    store_aliases,
)
from ingest.archive.identity.candidates import (
    has_entries,
    load_candidates,
    load_posts,
    load_under,
    shown_before,
    shown_together,
    were_shared,
)
from ingest.archive.identity.guids import identify, is_qualified, qualified_guid
from ingest.archive.identity.recognise import recognise
from ingest.archive.identity.reused_guids import differs_in_all, reused_guids
from ingest.archive.identity.split_aliases import split_guid
from ingest.archive.known.known_entries import NoLongerKnown, StoredEntry, as_known
from ingest.archive.window import window_of_others
from ingest.base.models import CleanEntry, KnownEntry


def identify_entries(
    db: Database,
    feed_id: int,
    entries: Sequence[CleanEntry | KnownEntry],
    stored_as: Mapping[str, StoredEntry],
    reader: int,
    read_before: DocumentTime | None,
    live: bool,
    at: str,
) -> list[str]:
    """The guid under which to store each of a document's entries, which came at the time `at`.

    Those that `reader` finds otherwise are looked for among what the document said, where it was `read_before`, or in
    the last document of the feed, where this one was fetched just now. Those that are new in it are looked for under
    other guids, and stored as aliases. `stored_as` are those that are known, by fingerprint; they are the same entries
    whether they were cleaned or not. Raises NoLongerKnown where the document shows that one of them is another, and it
    was not cleaned.
    """
    of_document = (reader, read_before, live, at)
    try:
        return _identify(db, feed_id, as_known(entries, stored_as), stored_as, *of_document)
    except NoLongerKnown:
        if any(isinstance(entry, KnownEntry) for entry in entries):
            raise
        return _identify(db, feed_id, entries, {}, *of_document)


def _identify(
    db: Database,
    feed_id: int,
    entries: Sequence[CleanEntry | KnownEntry],
    stored_as: Mapping[str, StoredEntry],
    reader: int,
    read_before: DocumentTime | None,
    live: bool,
    at: str,
) -> list[str]:
    """As `identify_entries`; those that are known are not cleaned."""
    others = [entry for entry in entries if isinstance(entry, CleanEntry)]
    guids_of_each = possible_guids(others)
    aliases = _all_aliases(db, feed_id, entries, guids_of_each)
    reused = set() if read_before else _reused_guids(db, feed_id, others, aliases)
    aliases = {guid: alias for guid, alias in aliases.items() if guid not in reused}
    own = _own_guids(db, feed_id, others, aliases, reused)
    under = [
        stored
        if stored and stored != entry.guid
        else next((guid for guid in possible if guid in aliases), stored)
        for entry, possible, stored in zip(others, guids_of_each, own, strict=True)
    ]
    aliases = _without_contradicted(db, entries, under, stored_as, aliases, at)
    of_others = [aliases.get(guid or "") for guid in under]
    left = [
        (entry, replace(entry, guid=alias.stored_guid) if alias else entry)
        for entry, alias in zip(others, of_others, strict=True)
        if alias is None or not alias.merged
    ]
    beside = {one.guid for one in stored_as.values()}
    merged = {alias.stored_guid for alias in aliases.values() if alias.merged}
    found, stored = _identify_others(db, feed_id, left, beside, merged, reused, reader, read_before, live)
    of_left = iter(found)
    stated = iter([alias.stored_guid if alias and alias.merged else next(of_left) for alias in of_others])
    guids = [
        stored_as[entry.fingerprint].guid if isinstance(entry, KnownEntry) else next(stated)
        for entry in entries
    ]
    new = set(guids) - {*stored, *beside, *merged}
    if read_before or not new or not has_entries(db, feed_id):
        return guids
    return _under_other_guids(db, feed_id, entries, guids, stored_as, new, live, at)


def _identify_others(
    db: Database,
    feed_id: int,
    others: Sequence[tuple[CleanEntry, CleanEntry]],
    beside: Collection[str],
    merged: Collection[str],
    reused: Collection[str],
    reader: int,
    read_before: DocumentTime | None,
    live: bool,
) -> tuple[list[str], set[str]]:
    """The guid under which to store each of the `others`, and those of these that are stored.

    They are given as the document says them, and with the guid under which they are known to be stored. The document
    may have those of `merged`, of which the owner said that they are one, under several guids.
    """
    entries = [entry for _, entry in others]
    is_new = not has_entries(db, feed_id)
    known = {} if is_new else known_guids(db, feed_id, entries)
    shared = {*reused} if is_new else shared_guids(db, feed_id, entries) | {*reused}
    guids = identify(entries, known, shared, {*beside} - {*merged})
    unknown = unknown_entries(entries, guids, known)
    said: Sequence[SaidEntry] = ()
    if read_before:
        unknown |= qualified_entries([entry for entry, _ in others], guids)
    if unknown and read_before:
        derived = any(entry.guid_derived for entry in unknown.values())
        beneath = None if derived else {entry.guid for entry in unknown.values()}
        said = entries_said_by(db, feed_id, read_before, beneath)
    elif unknown and live:
        said = window_of_others(db, feed_id, reader)
    otherwise = read_otherwise(unknown, {*guids, *beside}, known, said) if said else {}
    return [otherwise.get(guid, guid) for guid in guids], {*known, *otherwise.values()}


def _all_aliases(
    db: Database,
    feed_id: int,
    entries: Sequence[CleanEntry | KnownEntry],
    guids_of_others: Sequence[Sequence[str]],
) -> dict[str, Alias]:
    """The entries that came under guids of the document before, and are stored under another."""
    if not guids_of_others or not has_aliases(db, feed_id):
        return {}
    guids = {entry.guid for entry in entries}
    return load_aliases(db, feed_id, guids.union(*guids_of_others))


def _own_guids(
    db: Database,
    feed_id: int,
    others: Sequence[CleanEntry],
    aliases: Mapping[str, Alias],
    reused: Collection[str],
) -> list[str | None]:
    """For each entry the guid of the stored one of its guid that says what distinguishes it from others; None for
    those of which there is none. Of no interest where there are no aliases.
    """
    if not aliases:
        return [None] * len(others)
    known = known_guids(db, feed_id, others)
    guids = identify(others, known, shared_guids(db, feed_id, others) | {*reused})
    return [guid if guid in known else None for guid in guids]


def _without_contradicted(
    db: Database,
    entries: Sequence[CleanEntry | KnownEntry],
    under: Sequence[str | None],
    stored_as: Mapping[str, StoredEntry],
    aliases: Mapping[str, Alias],
    at: str,
) -> dict[str, Alias]:
    """What a rule took for one and the document shows as two is two from then on.

    `under`: the guids, aliases or own, under which those of its entries are stored that are not known.
    """
    known = {
        (stored.guid, stored.guid if is_qualified(stored.guid, entry.guid) else entry.guid)
        for entry in entries
        if isinstance(entry, KnownEntry) and (stored := stored_as[entry.fingerprint])
    }
    shown = known | {_stored_under(guid, aliases) for guid in under if guid}
    wrong = contradicted(shown, aliases)
    merged = {aliases[guid].entry for guid in wrong if aliases[guid].merged}
    if merged:
        wrong = contradicted(shown, aliases, load_parts(db, merged))
    if not {aliases[guid].stored_guid for guid in wrong}.isdisjoint(stored for stored, _ in known):
        raise NoLongerKnown
    for guid in sorted(wrong):
        split_guid(db, aliases[guid].entry, guid, aliases[guid].at, at)
    return {guid: alias for guid, alias in aliases.items() if guid not in wrong}


def _stored_under(guid: str, aliases: Mapping[str, Alias]) -> tuple[str, str]:
    return (aliases[guid].stored_guid if guid in aliases else guid), guid


def _reused_guids(
    db: Database, feed_id: int, others: Sequence[CleanEntry], aliases: Mapping[str, Alias]
) -> set[str]:
    """The guids of a document that are of other posts now than those that are stored, or known, under them."""
    if not others or not has_entries(db, feed_id):
        return set()
    by_hand = {guid for guid, alias in aliases.items() if alias.rule in ("merge", "split")}
    asked = {
        entry.guid: aliases[entry.guid].stored_guid if entry.guid in aliases else entry.guid
        for entry in others
        if entry.guid not in by_hand
    }
    under = load_under(db, feed_id, {*asked.values()})
    suspects = {
        entry.guid: under[asked[entry.guid]].id
        for entry in others
        if asked.get(entry.guid) in under and differs_in_all(entry, under[asked[entry.guid]])
    }
    if not suspects:
        return set()
    posts = {one.id: one for one in load_posts(db, {*suspects.values()})}
    reused = reused_guids(others, {guid: posts[number] for guid, number in suspects.items()})
    return reused | were_shared(db, feed_id, suspects)


def possible_guids(entries: Sequence[CleanEntry]) -> list[tuple[str, ...]]:
    """Under which guids each entry of a document may be known: its own, where that is of it alone, and its qualified
    guid. Pure.
    """
    posts = {(entry.guid, entry.url, qualified_guid(entry, titled=True)) for entry in entries}
    of_guid = Counter(guid for guid, _, _ in posts)
    of_url = Counter((guid, url) for guid, url, _ in posts)
    return [
        (entry.guid, qualified_guid(entry))
        if of_guid[entry.guid] == 1
        else (qualified_guid(entry, titled=of_url[entry.guid, entry.url] > 1),)
        for entry in entries
    ]


def contradicted(
    shown: Collection[tuple[str, str]], aliases: Mapping[str, Alias], parts: Mapping[str, int] | None = None
) -> set[str]:
    """The aliases that rules found and a document refutes, by showing its entry under two guids. Pure.

    `shown` are pairs of the guid under which an entry is stored and that, or alias, under which the document has it.
    What was merged by hand may have a guid for each of its `parts`. Of a guid that came to it since then it is not
    known of which it is, and no document refutes it.
    """
    part_of = {pair: _part_of(*pair, aliases, parts) for pair in shown}
    of_each = Counter(part_of.values())
    return {
        guid
        for (stored, guid), part in part_of.items()
        if guid in aliases
        and aliases[guid].rule not in ("merge", "split")
        and part is not None
        and of_each[part] > 1
    }


def _part_of(
    stored: str, guid: str, aliases: Mapping[str, Alias], parts: Mapping[str, int] | None
) -> str | int | None:
    """The part of an entry that has a guid: the entry itself, by the guid it is stored under, or one merged into it."""
    alias = aliases.get(guid)
    if alias is None or parts is None or not alias.merged:
        return stored
    part = parts.get(guid)
    return stored if part == alias.entry else part


def _under_other_guids(
    db: Database,
    feed_id: int,
    entries: Sequence[CleanEntry | KnownEntry],
    guids: Sequence[str],
    stored_as: Mapping[str, StoredEntry],
    new: Collection[str],
    live: bool,
    at: str,
) -> list[str]:
    """The guids, for those that are `new` the ones under which the entries are stored that they are by the rules."""
    looked_for = [
        (entry, guid)
        for entry, guid in zip(entries, guids, strict=True)
        if isinstance(entry, CleanEntry) and guid in new
    ]
    there = {one.id for one in stored_as.values()}
    posts = [replace(entry, guid=guid) for entry, guid in looked_for]
    candidates = [one for one in load_candidates(db, feed_id, posts) if one.id not in there]
    before = shown_before(db, (one.id for one in candidates), at, live)
    shown = [one for one in candidates if one.id in before]
    if not live:  # of a document of any time, what is later than all of it says nothing
        newest = max((entry.published for entry in entries if entry.published), default="")
        candidates = [one for one in candidates if (one.published or "") <= newest]
    if not candidates and not shown:
        return [*guids]
    together = shown_together(db, feed_id, looked_for, [*candidates, *shown])
    beside = {one.guid: one for one in load_posts(db, there)}
    identified = [
        replace(entry, guid=guid) if isinstance(entry, CleanEntry) else beside[guid]
        for entry, guid in zip(entries, guids, strict=True)
    ]
    known_under = load_under(db, feed_id, {*guids}.difference(new, beside))
    known = [*beside.values(), *known_under.values(), *candidates]
    recognised = recognise(identified, [*{one.id: one for one in known}.values()], {}, together, shown)
    by_id = {one.id: one.guid for one in (*candidates, *shown)}
    found = {
        guid: (one.entry, one.rule)
        for guid, one in zip(guids, recognised, strict=True)
        if guid in new and one.entry is not None and one.rule is not None
    }
    store_aliases(db, feed_id, [(guid, entry, rule) for guid, (entry, rule) in found.items()], at)
    return [by_id[found[guid][0]] if guid in found else guid for guid in guids]
