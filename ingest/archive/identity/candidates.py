"""The stored entries of a feed that a document's entries may be under another guid, by indexes."""

import json
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from ingest.archive.identity.guids import is_qualified
from ingest.archive.identity.spellings import other_spellings, page_key
from ingest.archive.identity.values import StoredPost
from ingest.base.models import CleanEntry, Enclosure
from ingest.base.urls import is_web_url, url_key

# CROSS JOIN and "+": SQLite would otherwise walk the entries of the feed for each.
# At most so many for each guid, address and date: of what more have in common, none can be told from the others.
_ALIKE = """
SELECT entries.id FROM json_each(:guids) AS said CROSS JOIN entries
    ON entries.feed = :feed AND entries.guid = said.value
UNION
SELECT entries.id FROM json_each(:keys) AS said CROSS JOIN entries
WHERE entries.id IN (SELECT id FROM entries WHERE url_key = said.value ORDER BY id DESC LIMIT 50)
    AND +entries.feed = :feed
UNION
SELECT entries.id FROM json_each(:dates) AS said CROSS JOIN entries
WHERE entries.id IN (SELECT id FROM entries WHERE feed = :feed AND date = said.value ORDER BY id LIMIT 50)
UNION
SELECT id FROM (
    SELECT id FROM entries
    WHERE :bare AND feed = :feed AND last_seen = (SELECT last_document FROM feeds WHERE id = :feed)
        AND url IS NULL AND published IS NULL
    ORDER BY id DESC LIMIT 500
)
"""
_POSTS = """
SELECT entries.id, entries.guid, entries.url, entries.title, entries.published, substr(contents.text, 1, 20000),
    entries.last_seen = feeds.last_document,
    (SELECT json_group_array(json_array(url, type, length)) FROM enclosures WHERE enclosures.entry = entries.id)
FROM json_each(?) AS said JOIN entries ON entries.id = said.value JOIN feeds ON feeds.id = entries.feed
JOIN contents ON contents.entry = entries.id
ORDER BY entries.id
"""


_UNDER_GUIDS = """
SELECT entries.id, entries.guid, url, title, published
FROM json_each(?) AS said CROSS JOIN entries ON entries.feed = ? AND entries.guid = said.value
WHERE NOT EXISTS (SELECT 1 FROM entry_aliases WHERE entry = entries.id AND rule = 'merge')
"""
_WERE_SHARED = """
SELECT said.value FROM json_each(?) AS said WHERE EXISTS (
    SELECT 1 FROM entry_aliases
    WHERE feed = ? AND guid > said.value || '#http' AND guid < said.value || '#httq'
)
"""


# For imports the last document before it that was kept: they may come in any order.
_SHOWN_BEFORE = """
SELECT entries.id FROM json_each(:ids) AS said JOIN entries ON entries.id = said.value
JOIN feeds ON feeds.id = entries.feed LEFT JOIN entry_documents ON entry_documents.entry = entries.id
WHERE iif(:live, entries.last_seen = feeds.last_document, entry_documents.last_document = (
    SELECT id FROM documents WHERE feed = feeds.id AND at < :at ORDER BY at DESC, id DESC LIMIT 1
))
"""

# What an entry said before it was edited was in documents with all that were there then.
_SHOWN_TOGETHER = """
SELECT said.value ->> 'guid', other.id
FROM json_each(:said) AS said
CROSS JOIN entries ON entries.feed = :feed AND entries.guid = said.value ->> 'plain'
CROSS JOIN revisions ON revisions.entry = entries.id AND kind = 'edit' AND revisions.url IS said.value ->> 'url'
    AND (revisions.url IS NOT NULL OR revisions.title IS said.value ->> 'title')
CROSS JOIN json_each(:ids) AS candidate
CROSS JOIN entries AS other ON other.id = candidate.value
WHERE other.id != entries.id AND other.first_seen < replaced AND other.last_seen >= revisions.seen
"""


def has_entries(db: Database, feed_id: int) -> bool:
    return bool(db.execute("SELECT 1 FROM entries WHERE feed = ? LIMIT 1", (feed_id,)).fetchone())


def load_candidates(db: Database, feed_id: int, new: Sequence[CleanEntry]) -> list[StoredPost]:
    """The entries of the feed that share an address, a date or the spelling of a guid with one of these; for those with
    neither address nor date, those of the last document that have neither.
    """
    guids = {spelling for entry in new for spelling in other_spellings(entry.guid)}
    keys = {url_key(url) for entry in new for url in (entry.url, entry.guid) if url and is_web_url(url)}
    keys |= {key for entry in new if (key := page_key(entry.url))}
    dates = {entry.published for entry in new if entry.published}
    values = {
        name: json.dumps(sorted(of)) for name, of in (("guids", guids), ("keys", keys), ("dates", dates))
    }
    bare = any(not entry.url and not entry.published for entry in new)
    rows = db.execute(_ALIKE, {"feed": feed_id, "bare": bare, **values})
    return load_posts(db, [number for (number,) in rows.fetchall()])


def load_posts(db: Database, ids: Iterable[int]) -> list[StoredPost]:
    """The stored entries with these ids, in their order."""
    return [
        StoredPost(number, guid, url, title, published, text, bool(shown), _enclosures(enclosures))
        for number, guid, url, title, published, text, shown, enclosures in db.execute(
            _POSTS, (json.dumps([*ids]),)
        )
    ]


def shown_before(db: Database, ids: Iterable[int], at: str, live: bool) -> set[int]:
    """Those of these entries that were in the document before the one of `at`, and in none since."""
    rows = db.execute(_SHOWN_BEFORE, {"ids": json.dumps([*ids]), "at": at, "live": live})
    return {number for (number,) in rows}


def shown_together(
    db: Database, feed_id: int, new: Iterable[tuple[CleanEntry, str]], candidates: Iterable[StoredPost]
) -> set[tuple[str, int]]:
    """Pairs of a qualified guid, given with its entry, and a candidate that was there when the entry of the guid itself
    said what this one says, before it was edited."""
    said = [
        {"guid": guid, "plain": entry.guid, "url": entry.url, "title": entry.title}
        for entry, guid in new
        if is_qualified(guid, entry.guid)
    ]
    if not said:
        return set()
    ids = [one.id for one in candidates]
    rows = db.execute(_SHOWN_TOGETHER, {"feed": feed_id, "said": json.dumps(said), "ids": json.dumps(ids)})
    return {*rows.fetchall()}


def _enclosures(rows: str) -> tuple[Enclosure, ...]:
    return tuple(Enclosure(*one) for one in json.loads(rows))


def load_under(db: Database, feed_id: int, guids: Iterable[str]) -> dict[str, StoredPost]:
    """The entries of the feed under these guids, by guid, without their texts, but for those that the owner made."""
    rows = db.execute(_UNDER_GUIDS, (json.dumps([*guids]), feed_id))
    return {guid: StoredPost(number, guid, *said) for number, guid, *said in rows}


def were_shared(db: Database, feed_id: int, guids: Iterable[str]) -> set[str]:
    """Those of these guids that several posts were found to have had, each in its time: guid#URL is an alias of one."""
    return {guid for (guid,) in db.execute(_WERE_SHARED, (json.dumps([*guids]), feed_id))}
