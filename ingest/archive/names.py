"""A SQL expression for the name of a feed: its title, or else its address, but never the path of an imported file."""

FEED_NAME = "coalesce(feeds.title, iif(feeds.url GLOB 'http*', feeds.url, 'Feed ' || feeds.id))"
