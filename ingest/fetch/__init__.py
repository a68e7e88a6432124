"""One guarded request: client, private networks, rate limits, errors. Imports base."""
