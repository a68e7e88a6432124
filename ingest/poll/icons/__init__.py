"""The icons of feeds, fetched rarely and apart from polls, which they neither slow down nor fail."""
