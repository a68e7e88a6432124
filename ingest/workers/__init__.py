"""Parsing and cleaning in processes with limits; malloc settings. Imports parse, clean, base."""
