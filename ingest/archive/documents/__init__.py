"""The documents that were received: their rows, and their bytes as WARC files in a folder beside the archive."""
