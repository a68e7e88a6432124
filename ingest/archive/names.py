"""What a feed is called, in SQL over `feeds`: its title or else its address, but never the path of a file here."""

FEED_NAME = "coalesce(feeds.title, iif(feeds.url GLOB 'http*', feeds.url, 'Feed ' || feeds.id))"
