"""Datasette's side: access, rendering, cache, jobs, limits on queries, what differs between its versions.

Imports pages and below.
"""
