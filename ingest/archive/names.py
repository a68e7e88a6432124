"""SQL for what many queries ask: a feed's name, and what an entry's date comes from. It holds for older schemas too."""

# A feed's title, or else its address, but never the path of an imported file.
FEED_NAME = "coalesce(feeds.title, iif(feeds.url GLOB 'http*', feeds.url, 'Feed ' || feeds.id))"
IS_DATED = "entries.month IS NOT NULL"  # itself, so that it counts as published then
DATE_FROM = """
CASE
    WHEN entries.month IS NULL OR coalesce(entries.published, entries.updated) IS NULL
        THEN iif(entries.date = entries.first_seen, 'seen', 'document')
    WHEN entries.published IS NULL THEN 'updated'
    ELSE 'published'
END
"""
# Whether that an entry was removed is proven: what releases marked that had no such column is not. In an older
# archive, which is only read, the column is found in `older`, by SQLite's rules for a subquery.
IS_PROVEN_REMOVAL = """
iif(entries.removed IS NULL, 0, (
    SELECT (SELECT missing_since FROM entries AS one WHERE one.id = entries.id) IS NOT NULL
    FROM (SELECT NULL AS missing_since) AS older
))
"""
