"""Which entries were taken out of their feed, and how that is known. Imports `base` and what opens the file."""
