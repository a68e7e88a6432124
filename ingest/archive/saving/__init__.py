"""Parts of saving a document: what is counted, and what stands beside its entries. Imports base and archive."""
