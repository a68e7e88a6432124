"""The verdict on a version of an entry, by what documents said before. Pure."""

from collections.abc import Sequence

from ingest.archive.changes import EntryVersion, Verdict, decide, fields_read_otherwise
from ingest.archive.documents.said_by import Said, SaidBy, said_then
from ingest.archive.edits.verdicts import without_noise
from ingest.archive.revisions import Revision
from ingest.archive.saving.outcome import DocumentReading


def needs_earlier(said_by: SaidBy, reading: DocumentReading, last: bool) -> bool:
    """Whether the verdict needs the earlier versions: what is later than all of them is compared with the present.

    They are as many as a feed is old, and each is whole.
    """
    return reading.again or said_by.reader != reading.reader or not (last and reading.is_after(said_by))


def version_verdict(
    said_by: SaidBy,
    stored: EntryVersion,
    incoming: EntryVersion,
    revisions: Sequence[Revision],
    reading: DocumentReading,
    last: bool,
    moved: bool = False,
    templated: bool = False,
) -> Verdict | None:
    """The verdict on a version; None where all stays as it is. `last`: it is the entry's last in its document.

    `moved`: its address is another because its guid is. `templated`: nothing but its feed's template changed.
    """
    earlier = [revision.version for revision in revisions]
    if reading.again and reading.document:
        present = said_by if last else SaidBy()
        said = said_then(reading.document, present, [revision.said_by for revision in revisions])
        read_later = said_by.was_read_later(reading.document, reading.reader)
        if said is Said.AN_EARLIER_VERSION or (said is Said.THE_PRESENT and read_later):
            return None
        if said is Said.THE_PRESENT:
            return decide(incoming, stored, earlier, current=True, other_reader=True)
    other_reader = said_by.reader != reading.reader or (reading.again and not last)
    if other_reader and not last and _is_of_the_same(incoming, stored):
        return None  # so that the last is compared with what the other reader read
    current, past = last and reading.is_after(said_by), reading.is_before(said_by)
    verdict = decide(
        incoming, stored, earlier, current, past=past, other_reader=other_reader, superseded=not last
    )
    return without_noise(verdict, incoming, stored, earlier, current, moved, templated)


def _is_of_the_same(incoming: EntryVersion, stored: EntryVersion) -> bool:
    return incoming.fingerprint == stored.fingerprint or not fields_read_otherwise(incoming, stored)
