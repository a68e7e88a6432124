"""The tree of a document by lxml, and the standard names of its elements and attributes."""
