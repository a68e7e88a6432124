"""The digest of what was read in a document, by which documents that say the same to the reader are found. Pure."""

import hashlib

from ingest.base.models import CleanFeed


def reading_digest(feed: CleanFeed) -> str:
    """Equal for documents in which the same was read, in the same order."""
    said = hashlib.sha256()
    for part in (feed.title, feed.site_url, feed.description, feed.icon_url, feed.language, feed.url):
        said.update(repr(part).encode("utf-8", "backslashreplace"))
    for entry in feed.entries:
        said.update(f"{entry.guid}\0{entry.fingerprint}\n".encode("utf-8", "backslashreplace"))
    return said.hexdigest()
