"""Home, and what it alone leads to: what is new, what was published on this day, the doors to more."""
