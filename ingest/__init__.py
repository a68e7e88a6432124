"""Feedsette: keep everything that your feeds ever published, and browse it with Datasette."""

__version__ = "0.1.0"
