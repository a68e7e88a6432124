"""The pages that the navigation names: all entries, feeds, folders, tags, authors and queries."""
