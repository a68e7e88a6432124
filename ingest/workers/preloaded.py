"""What the processes of a parse pool need, loaded once by the process from which they are forked."""

import concurrent.futures.process  # noqa: F401
import gc

import ingest.clean.feed
import ingest.parse.document
import ingest.parse.feedparser.reading
import ingest.workers.parsed_feed
import ingest.workers.process  # noqa: F401

gc.freeze()  # so that the garbage collector of none copies the pages which they share
