"""Commands on one feed of the archive: edit-feed, merge-feeds, remove-feed."""
