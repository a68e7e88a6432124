"""Whether an entry's address is another because its guid is, which is one: a site moved, and nobody edited anything."""

from collections.abc import Iterable

from sqlite_utils import Database

from ingest.archive.changes import EntryVersion
from ingest.archive.edits.address_keys import link_key


def moved_with_guid(db: Database, entry_id: int, stored: EntryVersion, incoming: EntryVersion) -> bool:
    """Whether the addresses of two versions are guids of their entry: of those it is known under."""
    if stored.url == incoming.url or not stored.url or not incoming.url:
        return False
    guids = db.execute(
        "SELECT guid FROM entries WHERE id = :id UNION ALL SELECT guid FROM entry_aliases WHERE entry = :id",
        {"id": entry_id},
    )
    return are_among((stored.url, incoming.url), (guid for (guid,) in guids))


def are_among(urls: Iterable[str], guids: Iterable[str]) -> bool:
    """Whether each of these addresses is a guid. Pure."""
    return {link_key(url) for url in urls} <= {link_key(guid) for guid in guids}
