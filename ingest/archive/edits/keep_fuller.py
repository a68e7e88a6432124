"""What is saved where a feed now gives only the beginning of a text: the fuller text stays, and is marked."""

from dataclasses import replace

from sqlite_utils import Database

from ingest.archive.changes import EntryVersion
from ingest.archive.columns import ENTRY_LISTS
from ingest.archive.edits.fuller import is_beginning_of
from ingest.base.models import CleanEntry, Link

_LINKS = next(one for one in ENTRY_LISTS if one.name == "links")


def keep_fuller(db: Database, entry_id: int, entry: CleanEntry, stored: EntryVersion, now: str) -> CleanEntry:
    """The entry as a document of `now` says it, with the stored text where that is fuller.

    `shortened` is since when its feed gives only a beginning; None where it gives all.
    """
    shorter = is_beginning_of(entry.text, stored.text)
    db.execute(
        """
        UPDATE entries SET shortened = iif(:shorter, coalesce(shortened, :now), NULL)
        WHERE id = :id AND (shortened IS NOT NULL) != :shorter
        """,
        {"shorter": shorter, "now": now, "id": entry_id},
    )
    return _with_text_of(stored, entry) if shorter else entry


def still_fuller(db: Database, entry_id: int, entry: CleanEntry, stored: EntryVersion) -> CleanEntry:
    """The same of a document that is read again, where the stored text is marked as the fuller."""
    marked = db.execute(
        "SELECT 1 FROM entries WHERE id = ? AND shortened IS NOT NULL", (entry_id,)
    ).fetchone()
    return _with_text_of(stored, entry) if marked and is_beginning_of(entry.text, stored.text) else entry


def take_fuller(db: Database, entry_id: int, earlier: CleanEntry, stored: EntryVersion) -> bool:
    """Give an entry the text of an earlier document where the stored one is only the beginning of that."""
    if not is_beginning_of(stored.text, earlier.text):
        return False
    db.execute(
        "UPDATE contents SET html = ?, text = ? WHERE entry = ?", (earlier.html, earlier.text, entry_id)
    )
    db.execute(
        "UPDATE entries SET excerpt = ?, words = ?, shortened = coalesce(shortened, ?) WHERE id = ?",
        (earlier.excerpt, earlier.words, stored.seen, entry_id),
    )
    db.execute("DELETE FROM links WHERE entry = ?", (entry_id,))
    rows = [{"entry": entry_id, **_LINKS.row(link)} for link in earlier.links]
    for statement in _LINKS.insert if rows else ():
        db.conn.executemany(statement, rows)
    return True


def _with_text_of(stored: EntryVersion, entry: CleanEntry) -> CleanEntry:
    return replace(
        entry,
        html=stored.html,
        text=stored.text,
        links=tuple(Link(**link) for link in stored.derived["links"]),
        excerpt=stored.derived["excerpt"],
        words=stored.derived["words"],
    )
