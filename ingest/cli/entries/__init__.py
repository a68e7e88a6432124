"""Commands on what the archive has of entries: compact. May import all."""
