"""Under which guid to store each of a document's entries: its own, or one that tells it from others with it. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ingest.base.models import CleanEntry


class Stored(NamedTuple):
    """The columns of a stored entry that distinguish it from others with its guid."""

    url: str | None
    title: str | None
    published: str | None


def identify(
    entries: Sequence[CleanEntry],
    known: Mapping[str, Stored],
    shared: Collection[str] = (),
    beside: Collection[str] = (),
) -> list[str]:
    """The guid under which to store each of a document's entries.

    `known` are the entries of the feed that are stored under their guids or qualified guids; `shared` are the derived
    guids under which several entries are stored; `beside` are the stored guids of the document's other entries.

    A guid is an entry's identity. Where a document has it for entries with different URLs, each is stored under its
    qualified guid, guid#URL, from then on. Where they share the URL too, or there is none, or the guid was derived from
    it, title and date take its place: those with the same are versions of one entry. They may have been read otherwise
    since an entry was stored: what it says now goes before its qualified guid.
    """
    alike: dict[str | Stored, list[str]] = {}
    for guid, said in known.items():
        for distinction in (said, said.url or ""):
            alike.setdefault(distinction, []).append(guid)
    shared = {*shared, *_shared_among(known, {entry.guid for entry in entries})}
    titled = _sharing_address(entries, alike)
    own = [(entry.guid, _distinction(entry, titled=(entry.guid, entry.url) in titled)) for entry in entries]
    distinct = dict(zip(own, entries, strict=True))
    of_each_guid = Counter(guid for guid, _ in distinct)
    found: dict[tuple[str, str], str] = {}
    taken = set(beside)
    for one, entry in distinct.items():
        stored_as = _stored_as(entry, known, alike, (entry.guid, entry.url) in titled)
        if stored_as and stored_as not in taken:
            found[one] = stored_as
            taken.add(stored_as)
    for one, entry in distinct.items():
        if one not in found:
            guid = f"{entry.guid}#{one[1]}"
            if guid not in known and of_each_guid[entry.guid] == 1 and entry.guid not in shared:
                guid = entry.guid
            while guid in taken:
                guid += "#"
            found[one] = guid
            taken.add(guid)
    return [found[one] for one in own]


def _shared_among(known: Mapping[str, Stored], guids: Collection[str]) -> set[str]:
    """The guids that are part of a qualified guid under which an entry is stored."""
    found: set[str] = set()
    for stored, said in known.items():
        of, mark, rest = stored.partition("#")
        while mark:
            if of in guids and rest.rstrip("#") in (said.url, _title_and_date(said)):
                found.add(of)
            following, mark, rest = rest.partition("#")
            of = f"{of}#{following}"
    return found


def _sharing_address(
    entries: Sequence[CleanEntry], alike: Mapping[str | Stored, Sequence[str]]
) -> set[tuple[str, str | None]]:
    """The guids and URLs that entries of different titles or dates share, in the document or among the stored ones."""
    different = {(entry.guid, entry.url, _title_and_date(entry)) for entry in entries}
    in_document = Counter((guid, url) for guid, url, _ in different)
    return {
        (guid, url)
        for (guid, url), count in in_document.items()
        if count > 1
        or sum(stored == guid or is_qualified(stored, guid) for stored in alike.get(url or "", ())) > 1
    }


def _stored_as(
    entry: CleanEntry, known: Mapping[str, Stored], alike: Mapping[str | Stored, Sequence[str]], titled: bool
) -> str | None:
    """The guid of the stored entry of the same guid that says now what distinguishes this one from others."""
    distinction = _distinction(entry, titled=titled)
    for guid in (f"{entry.guid}#{distinction}", entry.guid):
        if guid in known and _distinction(entry, known[guid], titled) == distinction:
            return guid
    by_url = entry.url and not entry.guid_derived and not titled
    what = entry.url if by_url else Stored(entry.url, entry.title, entry.published)
    return next((guid for guid in alike.get(what or "", ()) if is_qualified(guid, entry.guid)), None)


def is_said_by(entry: CleanEntry, said: Stored) -> bool:
    """Whether a stored entry of the same guid says now what distinguishes this one from others."""
    return _distinction(entry, said) == _distinction(entry)


def is_qualified(guid: str, of: str) -> bool:
    """Whether it is a qualified guid of the guid `of`."""
    return guid.startswith(f"{of}#")


def qualified_guid(entry: CleanEntry, titled: bool = False) -> str:
    """The guid for an entry that shares its own with others: "guid#https://example.com/post".

    `titled`: others share its URL too.
    """
    return f"{entry.guid}#{_distinction(entry, titled=titled)}"


def _distinction(entry: CleanEntry, known_as: Stored | None = None, titled: bool = False) -> str:
    """What distinguishes an entry from others with its guid: its URL, or title and date; of `known_as` where given.

    `titled`: others share its URL too.
    """
    of = known_as or entry
    if entry.url and not entry.guid_derived and not titled:
        return of.url or ""
    return _title_and_date(of)


def _title_and_date(of: CleanEntry | Stored) -> str:
    return f"{of.title or ''} {of.published or ''}".strip()
