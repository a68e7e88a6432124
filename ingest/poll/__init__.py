"""When and how feeds are fetched, and what is learned of it. Imports fetch, workers, archive, base, and of parse how to
tell a page from a feed."""
