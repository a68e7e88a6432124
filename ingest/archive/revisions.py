"""Revisions: earlier versions of entries, and former readings of a version, which are no edits."""

import json
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from ingest.archive.changes import EntryVersion
from ingest.archive.documents.said_by import SaidBy, time_of

RevisionKind = Literal["edit", "reading"]


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
        SELECT revisions.id, fingerprint, title, revisions.url, author, html, other, seen, coalesce(text, ''),
            first.at, document, last.at, last_document
        FROM revisions
        LEFT JOIN documents AS first ON first.id = document
        LEFT JOIN documents AS last ON last.id = last_document
        WHERE entry = ? ORDER BY revisions.id
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

    It came under the guid `under`, by default that of the present version.
    """
    first, last = said_by.first, said_by.last
    db.execute(
        """
        INSERT INTO revisions (
            entry, seen, replaced, title, url, author, html, text, other, fingerprint, kind, document, last_document,
            guid
        ) VALUES (
            ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
            (
                SELECT nullif(coalesce(?, said.guid, entries.guid), entries.guid)
                FROM entries LEFT JOIN entry_documents AS said ON said.entry = entries.id WHERE entries.id = ?
            )
        )
        """,
        (
            entry_id,
            was.seen,
            replaced,
            was.title,
            was.url,
            was.author,
            was.html,
            was.text,
            json.dumps(was.other, ensure_ascii=False),
            was.fingerprint,
            kind,
            first and first.id,
            last and last.id,
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
