"""What is saved where a feed now gives less than a text that it gave: the fuller text stays, and is marked."""

from dataclasses import replace

from sqlite_utils import Database

from ingest.archive.changes import EntryVersion
from ingest.archive.columns import ENTRY_LISTS
from ingest.archive.edits.fuller import is_less_of, is_summary_length
from ingest.archive.saving.lists import insert_list
from ingest.base.models import CleanEntry, Link

_LINKS = next(one for one in ENTRY_LISTS if one.name == "links")


def keep_fuller(
    db: Database, entry_id: int, entry: CleanEntry, stored: EntryVersion, now: str, summarised: bool
) -> CleanEntry:
    """The entry as a document of `now` says it, with the stored text where that is fuller.

    `shortened` is since when its feed gives less than that; None where it gives all. `summarised`: all entries of the
    document have much shorter texts now.
    """
    shorter = is_less_of(entry.text, entry.html, stored.text) or (
        is_summary_length(entry.text, stored.text) and (summarised or _is_marked(db, entry_id))
    )
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
    shorter = is_less_of(entry.text, entry.html, stored.text) or is_summary_length(entry.text, stored.text)
    return _with_text_of(stored, entry) if shorter and _is_marked(db, entry_id) else entry


def take_fuller(
    db: Database, entry_id: int, earlier: CleanEntry, stored: EntryVersion, summarised: bool
) -> bool:
    """Give an entry the text of an earlier document where the stored one is less of that."""
    shorter = is_less_of(stored.text, stored.html, earlier.text)
    if not (shorter or (summarised and is_summary_length(stored.text, earlier.text))):
        return False
    db.execute(
        "UPDATE contents SET html = ?, text = ? WHERE entry = ?", (earlier.html, earlier.text, entry_id)
    )
    db.execute(
        "UPDATE entries SET excerpt = ?, words = ?, shortened = coalesce(shortened, ?) WHERE id = ?",
        (earlier.excerpt, earlier.words, stored.seen, entry_id),
    )
    db.execute("DELETE FROM links WHERE entry = ?", (entry_id,))
    insert_list(db, _LINKS, [(entry_id, earlier)])
    return True


def _is_marked(db: Database, entry_id: int) -> bool:
    found = db.execute("SELECT 1 FROM entries WHERE id = ? AND shortened IS NOT NULL", (entry_id,)).fetchone()
    return found is not None


def _with_text_of(stored: EntryVersion, entry: CleanEntry) -> CleanEntry:
    return replace(
        entry,
        html=stored.html,
        text=stored.text,
        links=tuple(Link(**link) for link in stored.derived["links"]),
        excerpt=stored.derived["excerpt"],
        words=stored.derived["words"],
    )
