"""What the owner of the archive may change of a feed."""

import sqlite3
from dataclasses import dataclass

from ingest.naming import FEED_NAME


@dataclass(frozen=True)
class Settings:
    id: int
    name: str
    title: str | None  # the feed's, or the owner's where there is one
    own_title: str | None
    folder: str | None
    state: str
    note: str | None


def load_settings(connection: sqlite3.Connection, feed_id: int) -> Settings | None:
    row = connection.execute(
        f"""
        SELECT id, {FEED_NAME}, title, own_title, folder, state, note
        FROM feeds WHERE id = ?
        """,
        [feed_id],
    ).fetchone()
    return Settings(*row) if row else None
