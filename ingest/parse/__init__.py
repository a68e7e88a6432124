"""From the bytes of a document to values: encodings, XML and its repair, JSON Feed, dates. Imports base."""
