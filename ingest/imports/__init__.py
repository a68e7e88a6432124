"""Importing saved documents and web archives. Imports workers, archive, base."""
