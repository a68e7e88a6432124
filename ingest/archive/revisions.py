"""Revisions: earlier versions of entries."""

import json

from sqlite_utils import Database

from ingest.archive.changes import EntryVersion


def load_revisions(db: Database, entry_id: int) -> list[EntryVersion]:
    rows = db.execute(
        "SELECT fingerprint, title, url, author, html, other FROM revisions WHERE entry = ?", (entry_id,)
    )
    return [
        EntryVersion(fingerprint, title, url, author, html, json.loads(other))
        for fingerprint, title, url, author, html, other in rows
    ]


def insert_revision(db: Database, entry_id: int, was: EntryVersion, text: str, replaced: str) -> None:
    """Insert a version of an entry that was replaced at the time `replaced`."""
    db.execute(
        """
        INSERT INTO revisions (entry, seen, replaced, title, url, author, html, text, other, fingerprint)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            entry_id,
            was.seen,
            replaced,
            was.title,
            was.url,
            was.author,
            was.html,
            text,
            json.dumps(was.other, ensure_ascii=False),
            was.fingerprint,
        ),
    )


def insert_older_revision(
    db: Database, entry_id: int, older: EntryVersion, text: str, present_since: str
) -> None:
    """Insert a version that was captured before the present one, as replaced when the next was seen.

    The revision before it now ends when this one was seen. `present_since` is when the present version was seen.
    """
    db.execute(
        "UPDATE revisions SET replaced = :seen WHERE entry = :entry AND seen < :seen AND replaced > :seen",
        {"entry": entry_id, "seen": older.seen},
    )
    [(following,)] = db.execute(
        "SELECT min(seen) FROM revisions WHERE entry = ? AND seen > ?", (entry_id, older.seen)
    ).fetchall()
    insert_revision(db, entry_id, older, text, following or max(older.seen, present_since))
