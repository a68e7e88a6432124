"""What is an edit and what is noise, and what a revision need not copy. Imports base and archive; mostly pure."""
