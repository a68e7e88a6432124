"""Before a document's entries are saved: whether nothing but their feed's template changed in all of them."""

import json
from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from ingest.archive.changes import EntryVersion, Verdict, version
from ingest.archive.documents.said_by import SaidBy, load_said_by
from ingest.archive.edits.template_changes import insert_template_change, is_noted, merged_under
from ingest.archive.edits.templates import FEWEST_ENTRIES, template_change
from ingest.archive.entries import stored_version
from ingest.archive.revisions import compared_revisions
from ingest.archive.saving.outcome import DocumentReading
from ingest.archive.saving.version_verdict import needs_earlier, version_verdict
from ingest.base.models import FIRST_READER, CleanEntry, KnownEntry

_STORED = """
SELECT entries.id, guid.value, fingerprint, coalesce(reader, :first_reader), html
FROM json_each(:guids) AS guid CROSS JOIN entries ON entries.feed = :feed AND entries.guid = guid.value
JOIN contents ON contents.entry = entries.id
LEFT JOIN entry_documents ON entry_documents.entry = entries.id
"""


def note_template(
    db: Database,
    feed_id: int,
    entries: Sequence[CleanEntry | KnownEntry],
    guids: Sequence[str],
    reading: DocumentReading,
) -> frozenset[int]:
    """The ids of a document's entries, which come under these guids, where all that are stored had another template.

    What changed is kept once for all. Where one of them is as it was, or was edited, none is such.
    """
    said = {guid: entry for guid, entry in zip(guids, entries, strict=True) if isinstance(entry, CleanEntry)}
    if reading.again or not FEWEST_ENTRIES <= len(said) == len(entries):
        return frozenset()
    changed = _all_changed(db, feed_id, said, reading)
    if len(changed) < FEWEST_ENTRIES:
        return frozenset()
    stored = [stored_version(db, number) for number in changed]
    incoming = [version(said[guid], reading.at) for guid in changed.values()]
    said_by = [load_said_by(db, number) for number in changed]
    verdicts = {
        version_verdict(
            by,
            was,
            now,
            compared_revisions(db, number, now, was, reading.read_again)
            if needs_earlier(by, reading, last=True)
            else [],
            reading,
            last=True,
        )
        for number, by, was, now in zip(changed, said_by, stored, incoming, strict=True)
    }
    parts = [merged_under(db, number).get(said[guid].guid, number) for number, guid in changed.items()]
    noted = False
    if verdicts <= {Verdict.CHANGED, Verdict.NOISE}:
        noted = _note_later(db, feed_id, parts, [*zip(stored, incoming, strict=True)], reading)
    elif verdicts <= {Verdict.OLDER, Verdict.OLDER_NOISE}:
        noted = _note_earlier(db, feed_id, parts, [*zip(incoming, stored, strict=True)], said_by, reading)
    return frozenset(changed) if noted else frozenset()


def _all_changed(
    db: Database, feed_id: int, said: Mapping[str, CleanEntry], reading: DocumentReading
) -> dict[int, str]:
    """The stored ones by id, with their guids; none where one of them has the HTML that it had."""
    values = {"feed": feed_id, "guids": json.dumps([*said]), "first_reader": FIRST_READER}
    changed = {}
    for number, guid, fingerprint, reader, html in db.execute(_STORED, values):
        if fingerprint == said[guid].fingerprint or html == said[guid].html or reader != reading.reader:
            return {}
        changed[number] = guid
    return changed


def _note_later(
    db: Database,
    feed_id: int,
    entries: Sequence[int],
    pairs: Sequence[tuple[EntryVersion, EntryVersion]],
    reading: DocumentReading,
) -> bool:
    """Note that the template changed with this document, if it did."""
    change = template_change(pairs)
    if change:
        document = reading.document and reading.document.id
        insert_template_change(db, feed_id, change, entries, reading.at, document)
    return change is not None


def _note_earlier(
    db: Database,
    feed_id: int,
    entries: Sequence[int],
    pairs: Sequence[tuple[EntryVersion, EntryVersion]],
    said_by: Sequence[SaidBy],
    reading: DocumentReading,
) -> bool:
    """The same of a document from before the change: note it, where none between them is known, or it is noted."""
    change = template_change(pairs)
    if change is None or is_noted(db, feed_id, change, entries, reading.at):
        return change is not None
    firsts = [one.first for one in said_by if one.first]
    if len(firsts) < len(said_by) or reading.document is None or min(firsts) < reading.document:
        return False
    first = min(firsts)
    insert_template_change(db, feed_id, change, entries, first.at, first.id)
    return True
