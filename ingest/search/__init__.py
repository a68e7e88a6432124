"""The query language, hits, facets, suggestions. Imports archive, base."""
