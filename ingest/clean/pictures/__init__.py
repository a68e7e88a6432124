"""Pictures of untrusted HTML: lazy ones, those written into the page, drawings. Imports base and its own folder's."""
