"""Dates as people and software write them in feeds, and the order of day and month of a document's. Imports base."""
