"""Mark entries as missing, removed or there again, and keep each removal and return."""

import json
from collections.abc import Collection, Iterable

from sqlite_utils import Database

from ingest.archive.removals.absences import Absence


def mark_missing(db: Database, absences: Iterable[Absence]) -> None:
    db.conn.executemany(
        "UPDATE entries SET missing_since = ?, looks = ? WHERE id = ?",
        [(absence.since, absence.looks, absence.entry.id) for absence in absences],
    )


def mark_removed(db: Database, ids: Iterable[int], rule: str, now: str) -> None:
    for id in ids:
        db.execute("UPDATE entries SET removed = ? WHERE id = ?", (now, id))
        db.execute(
            """
            INSERT INTO removals (entry, last_seen, missing_since, looks, removed, rule)
            SELECT id, last_seen, missing_since, looks, removed, ? FROM entries WHERE id = ?
            """,
            (rule, id),
        )


def mark_removed_earlier(db: Database, ids: Iterable[int], at: str) -> None:
    """Move removals back to `at`, when a document first stated them that is saved after later ones."""
    for id in ids:
        db.execute(
            "UPDATE entries SET removed = :at, missing_since = min(missing_since, :at) WHERE id = :id",
            {"id": id, "at": at},
        )
        db.execute(
            """
            UPDATE removals SET removed = :at, missing_since = min(missing_since, :at)
            WHERE entry = :id AND returned IS NULL
            """,
            {"id": id, "at": at},
        )


def mark_settled(db: Database, ids: Iterable[int]) -> None:
    """Take back that these are missing; those that are removed stay so."""
    db.conn.executemany(
        "UPDATE entries SET missing_since = NULL, looks = NULL WHERE id = ? AND missing_since IS NOT NULL",
        [(id,) for id in ids],
    )


def mark_returned(db: Database, present: Collection[int], now: str) -> None:
    """Keep when entries that were removed, or missing, until `now` are there again."""
    rows = db.execute(
        """
        SELECT id FROM entries WHERE id IN (SELECT value FROM json_each(:ids))
            AND (removed <= :now OR (removed IS NULL AND missing_since <= :now))
        """,
        {"ids": json.dumps([*present]), "now": now},
    ).fetchall()
    for (id,) in rows:
        # A mark of an earlier release has no row yet.
        db.execute(
            """
            INSERT INTO removals (entry, last_seen, removed)
            SELECT id, last_seen, removed FROM entries WHERE id = ? AND removed IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM removals WHERE entry = entries.id AND returned IS NULL)
            """,
            (id,),
        )
        db.execute("UPDATE removals SET returned = ? WHERE entry = ? AND returned IS NULL", (now, id))
        db.execute(
            """
            UPDATE entries SET removed = NULL, missing_since = NULL, looks = NULL, last_seen = max(last_seen, ?)
            WHERE id = ?
            """,
            (now, id),
        )
