"""What is kept, and all SQL that writes: documents, entries, revisions, polls, subscriptions. Imports base alone."""
