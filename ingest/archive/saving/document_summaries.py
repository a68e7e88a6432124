"""Before a document's entries are saved: whether all of them turned from full texts to summaries, or back."""

import json
from collections.abc import Sequence

from sqlite_utils import Database

from ingest.archive.edits.fuller import is_summary_length
from ingest.base.models import CleanEntry, KnownEntry

FEWEST_SUMMARIES = 3  # that are much shorter at once: two may be edited by chance
_TEXTS = """
SELECT entries.id, entries.guid, text FROM json_each(:guids) AS guid
CROSS JOIN entries ON entries.feed = :feed AND entries.guid = guid.value JOIN contents ON entry = entries.id
"""


def summarised_entries(
    db: Database, feed_id: int, entries: Sequence[CleanEntry | KnownEntry], guids: Sequence[str]
) -> frozenset[int]:
    """The ids of the stored ones among a document's entries, which come under these guids, where the texts of all are
    much shorter than those that are stored, or those of all that are stored."""
    said = {
        guid: entry.text for guid, entry in zip(guids, entries, strict=True) if isinstance(entry, CleanEntry)
    }
    if not FEWEST_SUMMARIES <= len(said) == len(entries):
        return frozenset()
    rows = db.execute(_TEXTS, {"feed": feed_id, "guids": json.dumps([*said])}).fetchall()
    is_known = len(rows) >= FEWEST_SUMMARIES
    shorter = is_known and all(is_summary_length(said[guid], stored) for _, guid, stored in rows)
    fuller = is_known and all(is_summary_length(stored, said[guid]) for _, guid, stored in rows)
    return frozenset(number for number, *_ in rows if shorter or fuller)
