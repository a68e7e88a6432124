"""SQL for what many queries ask: a feed's name, and what an entry's date comes from. It holds for older schemas too."""

import sqlite3

# A feed's title, or else its address, but never the path of an imported file.
FEED_NAME = "coalesce(feeds.title, iif(feeds.url GLOB 'http*', feeds.url, 'Feed ' || feeds.id))"
# Its feed dates it, and not in the future, so that it counts as published then. The same, from columns that the indexes
# of lists have, and that an older archive has not, is `dated_sql`.
IS_DATED = "entries.month IS NOT NULL"
DATE_FROM = """
CASE
    WHEN entries.month IS NULL OR coalesce(entries.published, entries.updated) IS NULL
        THEN iif(entries.date = entries.first_seen, 'seen', 'document')
    WHEN entries.published IS NULL THEN 'updated'
    ELSE 'published'
END
"""
# The date that its feed gives it, where that lies in the future, so that it is none.
DATED_AHEAD = "iif(entries.month IS NULL, coalesce(entries.published, entries.updated), NULL)"
# When its feed says that it was last changed, where that is believable; else its date.
LAST_UPDATED = """
iif(entries.updated > entries.date AND entries.updated <= entries.last_seen, entries.updated, entries.date)
"""
# Whether that an entry was removed is proven: what releases marked that had no such column is not. In an older
# archive, which is only read, the column is found in `older`, by SQLite's rules for a subquery.
IS_PROVEN_REMOVAL = """
iif(entries.removed IS NULL, 0, (
    SELECT (SELECT missing_since FROM entries AS one WHERE one.id = entries.id) IS NOT NULL
    FROM (SELECT NULL AS missing_since) AS older
))
"""


def dated_sql(connection: sqlite3.Connection) -> str:
    """The condition IS_DATED as the indexes of lists answer it; true of all in an archive of before."""
    return "entries.date_from IN ('published', 'updated')" if _has_date_from(connection) else "TRUE"


def undated_sql(connection: sqlite3.Connection) -> str | None:
    """The condition of all other entries, as an index answers it; None in an archive of before, which has none."""
    return "entries.date_from IN ('document', 'seen')" if _has_date_from(connection) else None


def _has_date_from(connection: sqlite3.Connection) -> bool:
    columns = connection.execute("SELECT 1 FROM pragma_table_info('entries') WHERE name = 'date_from'")
    return columns.fetchone() is not None
