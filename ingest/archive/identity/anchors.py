"""The ids within the HTML of entries that are stored under another guid than they came under. Pure.

They begin with what is derived from the guid of the document. Where that changes, the HTML would be another though
nothing changed that anybody reads: so they begin as the ids of the versions before do.
"""

from dataclasses import replace

from ingest.archive.changes import EntryVersion
from ingest.archive.identity.entry_rows import Rows
from ingest.archive.identity.guids import is_qualified
from ingest.base.models import CleanEntry
from ingest.base.urls import anchor_prefixes


def stored_under(entry: CleanEntry, guid: str) -> CleanEntry:
    """A document's entry as it is stored under `guid`."""
    if guid == entry.guid:
        return entry
    if is_qualified(guid, entry.guid):
        return replace(entry, guid=guid)
    html, summary = _renamed(entry.html, entry.summary, entry.guid, guid)
    return replace(entry, guid=guid, html=html or "", summary=summary or "")


def contents_under(rows: Rows, guid: str, other: str) -> Rows:
    """The rows of an entry with the guid `guid` whose contents are those of one with the guid `other`."""
    contents = []
    for row in rows["contents"]:
        html, summary = _renamed(row["html"], row["summary"], other, guid)
        contents.append({**row, "html": html, "summary": summary})
    return rows | {"contents": contents}


def version_under(version: EntryVersion, guid: str, other: str) -> EntryVersion:
    """A version of an entry with the guid `guid` that is stored as one of an entry with the guid `other`."""
    html, summary = _renamed(version.html, version.other["summary"], other, guid)
    return replace(version, html=html or "", other={**version.other, "summary": summary})


def _renamed(html: str | None, summary: str | None, guid: str, other: str) -> tuple[str | None, ...]:
    """Body and summary, whose ids began with what is derived from `guid`, with those of the guid `other`."""
    return tuple(
        text.replace(was, now) if text else text
        for text, was, now in zip((html, summary), anchor_prefixes(guid), anchor_prefixes(other), strict=True)
    )
