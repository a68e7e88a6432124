"""Datasette's side: access, cache, jobs, limits of questions. Imports pages and below."""
