"""The hosts that sent Retry-After, and until when no request is sent to them. Times are as in ingest.base.models."""

from collections.abc import Mapping

from sqlite_utils import Database

from ingest.archive.file.opening import transaction


def save_holds(db: Database, holds: Mapping[str, str], now: str) -> None:
    """Save until when no request may be sent to these hosts, or later where that is stored; delete what is over."""
    with transaction(db):
        db.execute("DELETE FROM host_holds WHERE until <= ?", (now,))
        db.conn.executemany(
            """
            INSERT INTO host_holds (host, until) VALUES (?, ?)
            ON CONFLICT (host) DO UPDATE SET until = max(until, excluded.until)
            """,
            holds.items(),
        )


def load_holds(db: Database, now: str) -> dict[str, str]:
    """The hosts to which no request may be sent at `now`, and until when."""
    return dict(db.execute("SELECT host, until FROM host_holds WHERE until > ?", (now,)).fetchall())
