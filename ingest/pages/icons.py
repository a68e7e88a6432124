"""The kept icons of feeds."""

import sqlite3
from dataclasses import dataclass

from ingest.pages.tables import has_table

# What browsers show and cannot run; not whatever another program may have written.
_SHOWN = frozenset({"image/png", "image/gif", "image/jpeg", "image/webp", "image/x-icon"})


@dataclass(frozen=True)
class KeptIcon:
    type: str
    bytes: bytes


def has_icon_sql(connection: sqlite3.Connection) -> str:
    """SQL for whether an icon of a row of `feeds` is kept: none is in an archive of an older release."""
    if not has_table(connection, "icons"):
        return "0"
    return "EXISTS (SELECT 1 FROM icons WHERE icons.feed = feeds.id AND icons.type IS NOT NULL)"


def load_icon(connection: sqlite3.Connection, feed: int) -> KeptIcon | None:
    """The icon of a feed; None where none is kept."""
    if not has_table(connection, "icons"):
        return None
    row = connection.execute("SELECT type, bytes FROM icons WHERE feed = ?", [feed]).fetchone()
    if row is None or row[0] not in _SHOWN or not isinstance(row[1], bytes):
        return None
    return KeptIcon(*row)
