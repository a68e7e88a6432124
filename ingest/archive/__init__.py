"""What is kept: all SQL that writes, changes, subscriptions. Imports base."""
