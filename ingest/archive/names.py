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
