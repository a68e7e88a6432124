"""Bytes of a document to values: XML, JSON Feed, encodings, dates, what is broken mended. Imports base."""
