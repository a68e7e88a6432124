"""Following feeds: discovery from what a user typed, and lists of feeds (OPML). Imports poll and below."""
