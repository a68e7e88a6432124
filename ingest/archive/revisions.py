"""Revisions: earlier versions of entries, and former readings of a version, which are no edits."""

import json
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from ingest.archive.changes import EntryVersion
from ingest.archive.documents.said_by import SaidBy, time_of

RevisionKind = Literal["edit", "reading"]

# Which has this html and text: 0 where that is the present version. Of many revisions the latest are compared.
_TEXT_FROM = """
SELECT coalesce(
    (SELECT 0 FROM contents WHERE entry = :entry AND html = :html AND text = :text),
    (
        SELECT max(id) FROM (
            SELECT id, html, text FROM revisions WHERE entry = :entry AND text_from IS NULL ORDER BY id DESC LIMIT 20
        ) WHERE html = :html AND text = :text
    )
)
"""
_INSERT = """
INSERT INTO revisions (
    entry, seen, replaced, title, url, author, html, text, other, fingerprint, kind, document, last_document,
    text_from, guid
) VALUES (
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    (
        SELECT nullif(coalesce(?, said.guid, entries.guid), entries.guid)
        FROM entries LEFT JOIN entry_documents AS said ON said.entry = entries.id WHERE entries.id = ?
    )
)
"""


@dataclass(frozen=True)
class Revision:
    """A revision as it is stored."""

    id: int
    version: EntryVersion
    said_by: SaidBy


def load_revisions(db: Database, entry_id: int) -> list[Revision]:
    """The revisions of an entry of either kind, in the order in which they were stored."""
    rows = db.execute(
        """
        SELECT versions.id, fingerprint, title, versions.url, author, html, other, seen, coalesce(text, ''),
            first.at, document, last.at, last_document
        FROM versions
        LEFT JOIN documents AS first ON first.id = document
        LEFT JOIN documents AS last ON last.id = last_document
        WHERE entry = ? AND versions.id IS NOT NULL ORDER BY versions.id
        """,
        (entry_id,),
    )
    return [
        Revision(
            number,
            EntryVersion(fingerprint, title, url, author, html, json.loads(other), seen, text),
            SaidBy(time_of(*times[:2]), time_of(*times[2:])),
        )
        for number, fingerprint, title, url, author, html, other, seen, text, *times in rows
    ]


def load_edits(db: Database, entry_id: int) -> list[Revision]:
    """The edits of an entry, without former readings, in order of time."""
    edits = {
        number
        for (number,) in db.execute("SELECT id FROM revisions WHERE entry = ? AND kind = 'edit'", (entry_id,))
    }
    found = [revision for revision in load_revisions(db, entry_id) if revision.id in edits]
    return sorted(found, key=lambda revision: (revision.version.seen, revision.id))


def insert_revision(
    db: Database,
    entry_id: int,
    was: EntryVersion,
    replaced: str,
    kind: RevisionKind,
    said_by: SaidBy,
    under: str | None = None,
) -> None:
    """Insert a version of an entry that was replaced at the time `replaced`.

    Its text is not copied where the present version, or another revision, has the same: `text_from` names that.
    It came under the guid `under`, by default that of the present version.
    """
    first, last = said_by.first, said_by.last
    [(text_from,)] = db.execute(
        _TEXT_FROM, {"entry": entry_id, "html": was.html, "text": was.text}
    ).fetchall()
    copied = text_from is None
    db.execute(
        _INSERT,
        (
            entry_id,
            was.seen,
            replaced,
            was.title,
            was.url,
            was.author,
            was.html if copied else None,
            was.text if copied else None,
            json.dumps(was.other, ensure_ascii=False),
            was.fingerprint,
            kind,
            first and first.id,
            last and last.id,
            text_from,
            under,
            entry_id,
        ),
    )


def insert_older_revision(
    db: Database,
    entry_id: int,
    older: EntryVersion,
    present_since: str,
    kind: RevisionKind,
    said_by: SaidBy,
    under: str | None = None,
) -> None:
    """Insert a version that was captured before the present one, as replaced when the next was seen.

    The edit before it now ends when this one was seen. `present_since` is when the present version was seen. Readings
    are no versions of their publisher's, so that they end none and no other ends them.
    """
    if kind == "edit":
        db.execute(
            """
            UPDATE revisions SET replaced = :seen
            WHERE entry = :entry AND kind = 'edit' AND seen < :seen AND replaced > :seen
            """,
            {"entry": entry_id, "seen": older.seen},
        )
    [(following,)] = db.execute(
        "SELECT min(seen) FROM revisions WHERE entry = ? AND kind = 'edit' AND seen > ?",
        (entry_id, older.seen),
    ).fetchall()
    insert_revision(
        db, entry_id, older, following or max(older.seen, present_since), kind, said_by, under or ""
    )


def store_revision_said_by(db: Database, revision: Revision, said_by: SaidBy) -> None:
    """Store which documents said a revision, where that differs from before."""
    first, last = said_by.first, said_by.last
    if (first, last) != (revision.said_by.first, revision.said_by.last):
        db.execute(
            "UPDATE revisions SET document = ?, last_document = ? WHERE id = ?",
            (first and first.id, last and last.id, revision.id),
        )
