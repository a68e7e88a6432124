"""A parsed document whose entries are not cleaned yet: what the parse pool hands out first, and takes back.

The untrusted entries are packed in a worker, and unpacked in one alone.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from ingest.base.models import CleanEntry, CleanFeed, DateOrder, Entry, KnownEntry


@dataclass(frozen=True)
class ParsedFeed:
    """A document whose entries are in `feed` as if they were known, and in the same order in `packed`: those that are
    not clean already, in place of which nothing is packed."""

    feed: CleanFeed
    base: str | None  # the URL to which those of the feed are relative
    packed: tuple[bytes, ...] = field(repr=False)

    def entries_but(self, known: Collection[str]) -> tuple[bytes, ...]:
        """Those entries that are not clean, and whose fingerprints are not among the `known`."""
        pairs = zip(self.feed.entries, self.packed, strict=True)
        return tuple(packed for entry, packed in pairs if packed and entry.fingerprint not in known)

    def with_cleaned(self, known: Collection[str], cleaned: Sequence[CleanEntry]) -> CleanFeed:
        """The document with what became of `entries_but(known)`."""
        rest = iter(cleaned)
        pairs = zip(self.feed.entries, self.packed, strict=True)
        entries = (
            next(rest) if packed and entry.fingerprint not in known else entry for entry, packed in pairs
        )
        return replace(self.feed, entries=tuple(entries))


def parse_and_pack(
    body: bytes, content_type: str | None, url: str | None, date_order: DateOrder | None
) -> ParsedFeed:
    """Parse a document, and clean all but its entries. Raises NotAFeed."""
    # Loaded by workers alone, as in `parse_and_clean`.
    from ingest.clean.feed import base_of_feed, clean_head
    from ingest.parse.document import parse

    feed = parse(body, content_type, url, date_order)
    head, base = clean_head(feed), base_of_feed(feed)
    pairs = zip(feed.entries, head.entries, strict=True)
    return ParsedFeed(head, base, tuple(_pack(entry, said, base) for entry, said in pairs))


_seen: set[int] = set()  # hashes of entries that this process has cleaned in `parse_and_clean_new`
_MOST_SEEN = 100_000


def parse_and_clean_new(
    body: bytes, content_type: str | None, url: str | None, date_order: DateOrder | None
) -> ParsedFeed:
    """Parse a document, and clean it where nothing of it is known, but for entries that this process has cleaned as
    parts of another document of the feed: most likely they will be known when its turn comes. Raises NotAFeed."""
    from ingest.clean.entry import clean_entry
    from ingest.clean.feed import base_of_feed, clean_head
    from ingest.parse.document import parse

    feed = parse(body, content_type, url, date_order)
    head, base = clean_head(feed), base_of_feed(feed)
    guids = Counter(said.guid for said in head.entries)
    entries, packed = [], []
    for entry, said in zip(feed.entries, head.entries, strict=True):
        key = hash((head.url or url, said.fingerprint))
        is_seen = key in _seen and guids[said.guid] == 1
        entries.append(said if is_seen else clean_entry(entry, base, said.fingerprint))
        packed.append(_pack(entry, said, base) if is_seen else b"")
        _seen.add(key)
    if len(_seen) > _MOST_SEEN:
        _seen.clear()
    return ParsedFeed(replace(head, entries=tuple(entries)), base, tuple(packed))


def clean_packed(packed: Sequence[bytes], base: str | None) -> tuple[CleanEntry, ...]:
    """Clean entries that `parse_and_pack` packed."""
    return tuple(_cleaned(one, base) for one in packed)


def _pack(entry: Entry, said: CleanEntry | KnownEntry, base: str | None) -> bytes:
    import pickle

    from ingest.clean.entry import clean_entry
    from ingest.clean.extra import shallow

    if len(shallow(entry.extra)) < len(entry.extra):  # some of it is nested too deeply to be packed
        return pickle.dumps(clean_entry(entry, base, said.fingerprint))
    return pickle.dumps((entry, said.fingerprint))


def _cleaned(packed: bytes, base: str | None) -> CleanEntry:
    import pickle

    from ingest.clean.entry import clean_entry

    unpacked = pickle.loads(packed)
    if isinstance(unpacked, CleanEntry):
        return unpacked
    entry, fingerprint = unpacked
    return clean_entry(entry, base, fingerprint)
