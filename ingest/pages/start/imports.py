"""What was imported, or came in, without a date that can be believed: lines of their own among the newest."""

import sqlite3
from dataclasses import dataclass

from ingest.archive.names import undated_sql
from ingest.pages.rows import value_of

MOST_UNDATED_DAYS = 30  # the latest, that are looked up


@dataclass(frozen=True)
class UndatedLine:
    """How many entries were first seen on a day that have no date, and how many that their feed dates in the future.

    `imported`: they came with no poll. `feed` is the number of the one that all are of.
    """

    day: str
    imported: bool
    undated: int
    ahead: int
    feed: int | None

    @property
    def entries(self) -> int:
        return self.undated + self.ahead

    @property
    def search(self) -> str:
        return f"is:undated feed:{self.feed}" if self.feed else "is:undated"


def load_undated_lines(connection: sqlite3.Connection) -> tuple[UndatedLine, ...]:
    """The latest first. It walks over all that is not dated, so it is to be cached."""
    undated = undated_sql(connection)
    if undated is None:
        return ()
    rows = connection.execute(
        f"""
        SELECT substr(first_seen, 1, 10) AS day, imported, sum(undated), sum(ahead),
            iif(min(feed) = max(feed), min(feed), NULL)
        FROM (
            SELECT feed, first_seen, count(*) - count(said) AS undated, count(said) AS ahead, NOT EXISTS (
                SELECT 1 FROM polls WHERE polls.feed = found.feed AND polls.at = found.first_seen
            ) AS imported
            FROM (
                SELECT feed, first_seen, coalesce(published, updated) AS said FROM entries WHERE {undated}
            ) AS found
            GROUP BY feed, first_seen
        )
        GROUP BY day, imported ORDER BY day DESC, imported LIMIT ?
        """,
        [MOST_UNDATED_DAYS],
    )
    return tuple(value_of(UndatedLine, row) for row in rows)
