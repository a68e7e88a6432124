"""The WARC files of documents: their folder, their records, appending to them and finding what stands in them."""
