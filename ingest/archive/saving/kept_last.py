"""The order in which a document's entries are saved: of those that the owner made one, the kept one is last."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from ingest.archive.entries import FoundEntry
from ingest.archive.identity.aliases import load_parts
from ingest.base.models import CleanEntry, KnownEntry


def kept_last(
    db: Database,
    entries: Sequence[CleanEntry | KnownEntry],
    guids: list[str],
    stored: Mapping[str, FoundEntry],
) -> tuple[Sequence[CleanEntry | KnownEntry], list[str]]:
    """The entries with the guids under which they are `stored`, so that the last of each is what that says then."""
    shown = {(entry.guid, guid) for entry, guid in zip(entries, guids, strict=True)}
    several = Counter(guid for _, guid in shown)
    ids = {guid: stored[guid].id for guid, count in several.items() if count > 1 and guid in stored}
    parts = load_parts(db, ids.values()) if ids else {}
    if not parts:
        return entries, guids
    pairs = sorted(
        zip(entries, guids, strict=True),
        key=lambda pair: pair[1] in ids and parts.get(pair[0].guid, ids[pair[1]]) == ids[pair[1]],
    )
    return [entry for entry, _ in pairs], [guid for _, guid in pairs]
