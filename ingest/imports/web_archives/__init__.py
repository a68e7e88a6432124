"""Web archives (WARC): their records, the documents in them, and the fields that Feedsette writes there."""
