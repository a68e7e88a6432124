"""The stored entries of a feed that a document's entries may be under another guid, by indexes."""

import json
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from ingest.archive.identity.spellings import other_spellings, page_key
from ingest.archive.identity.values import StoredPost
from ingest.base.models import CleanEntry
from ingest.base.urls import is_web_url, url_key

# CROSS JOIN and + keep SQLite from walking all entries of the feed instead.
# At most so many for each guid, address and date: of what more have in common, none can be told from the others.
_ALIKE = """
SELECT entries.id FROM json_each(:guids) AS said CROSS JOIN entries
WHERE entries.feed = :feed AND entries.guid = said.value
UNION
SELECT entries.id FROM json_each(:keys) AS said CROSS JOIN entries
WHERE entries.id IN (SELECT id FROM entries WHERE url_key = said.value ORDER BY id DESC LIMIT 50)
    AND +entries.feed = :feed
UNION
SELECT entries.id FROM json_each(:dates) AS said CROSS JOIN entries
WHERE entries.id IN (SELECT id FROM entries WHERE feed = :feed AND date = said.value ORDER BY id LIMIT 50)
"""
_POSTS = """
SELECT entries.id, entries.guid, entries.url, entries.title, entries.published, substr(contents.text, 1, 20000),
    entries.last_seen = feeds.last_document
FROM json_each(?) AS said JOIN entries ON entries.id = said.value JOIN feeds ON feeds.id = entries.feed
JOIN contents ON contents.entry = entries.id
ORDER BY entries.id
"""


def has_entries(db: Database, feed_id: int) -> bool:
    return bool(db.execute("SELECT 1 FROM entries WHERE feed = ? LIMIT 1", (feed_id,)).fetchone())


def load_candidates(db: Database, feed_id: int, new: Sequence[CleanEntry]) -> list[StoredPost]:
    """The entries of the feed that share an address, a date or the spelling of a guid with one of these."""
    guids = {spelling for entry in new for spelling in other_spellings(entry.guid)}
    keys = {url_key(url) for entry in new for url in (entry.url, entry.guid) if url and is_web_url(url)}
    keys |= {key for entry in new if (key := page_key(entry.url))}
    dates = {entry.published for entry in new if entry.published}
    values = {
        name: json.dumps(sorted(of)) for name, of in (("guids", guids), ("keys", keys), ("dates", dates))
    }
    rows = db.execute(_ALIKE, {"feed": feed_id, **values})
    return load_posts(db, [number for (number,) in rows.fetchall()])


def load_posts(db: Database, ids: Iterable[int]) -> list[StoredPost]:
    """The stored entries with these ids, in their order."""
    return [
        StoredPost(number, guid, url, title, published, text, bool(shown))
        for number, guid, url, title, published, text, shown in db.execute(_POSTS, (json.dumps([*ids]),))
    ]
