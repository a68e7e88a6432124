"""From what someone typed to a feed that is polled: discovery, lists of feeds. Imports poll and below."""
