"""The SQLite file, and all SQL that writes: feeds, entries, revisions, polls, subscriptions. Imports base alone."""
