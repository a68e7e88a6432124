"""feedparser, patched so that no untrusted document takes it quadratic time, and no date is filled from the clock.

The patches replace private methods of feedparser 6.

Its sanitiser and its resolver of addresses are off, since `clean` does both.
"""

import io
from typing import Any

import feedparser

from ingest.parse.dates import from_numbers

_LONGEST_AUTHOR = 500  # characters
_sync_author_detail = feedparser.mixin._FeedParserMixin._sync_author_detail


def _bounded_sync_author_detail(self: Any, key: str = "author") -> None:
    """feedparser looks for an e-mail address in an author in a time that grows with the square of its length."""
    context = self._get_context()
    if isinstance(context.get(key), str):
        context[key] = context[key][:_LONGEST_AUTHOR]
    _sync_author_detail(self, key)


feedparser.mixin._FeedParserMixin._sync_author_detail = _bounded_sync_author_detail

_MOST_TAGS = 200  # of an entry; twice as many as `clean` keeps
_add_tag = feedparser.mixin._FeedParserMixin._add_tag


def _bounded_add_tag(self: Any, *tag: Any) -> None:
    """feedparser looks through all tags of an entry for each that is added."""
    if len(self._get_context().get("tags") or ()) < _MOST_TAGS:
        _add_tag(self, *tag)


feedparser.mixin._FeedParserMixin._add_tag = _bounded_add_tag

# An entry's identity is what the feed says, not what that would be as an address.
feedparser.mixin._FeedParserMixin.can_be_relative_uri = (
    feedparser.mixin._FeedParserMixin.can_be_relative_uri - {"id"}
)

# feedparser's reader of ISO 8601 takes the beginning of a date for the whole, and what is missing from the clock.
feedparser.datetimes._date_handlers.remove(feedparser.datetimes._parse_date_iso8601)
feedparser.registerDateHandler(from_numbers)


def run_feedparser(text: str) -> Any:
    """What feedparser makes of an XML feed. Raises what it raises, which is anything."""
    return feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
