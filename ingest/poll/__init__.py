"""When and how feeds are asked, and what is learned of it. Imports fetch, workers, archive, base."""
