"""Saved documents and web archives, brought into the archive. Imports workers, archive, base."""
