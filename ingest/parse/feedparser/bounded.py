"""feedparser, patched so that no untrusted document takes it quadratic time. Dates are left as they are written.

The patches replace private methods of feedparser 6. Its sanitiser and URL resolution are off, since `clean` does both.
"""

import io
from typing import Any

import feedparser

_LONGEST_AUTHOR = 500  # characters
_sync_author_detail = feedparser.mixin._FeedParserMixin._sync_author_detail


def _bounded_sync_author_detail(self: Any, key: str = "author") -> None:
    """feedparser's search for an e-mail address takes time quadratic in the length of the author."""
    context = self._get_context()
    if isinstance(context.get(key), str):
        context[key] = context[key][:_LONGEST_AUTHOR]
    _sync_author_detail(self, key)


feedparser.mixin._FeedParserMixin._sync_author_detail = _bounded_sync_author_detail

_MOST_TAGS = 200  # of an entry; twice as many as `clean` keeps
_add_tag = feedparser.mixin._FeedParserMixin._add_tag


def _bounded_add_tag(self: Any, *tag: Any) -> None:
    """feedparser compares each tag of an entry with all before it."""
    if len(self._get_context().get("tags") or ()) < _MOST_TAGS:
        _add_tag(self, *tag)


feedparser.mixin._FeedParserMixin._add_tag = _bounded_add_tag

# A guid is kept as the feed says it, not resolved as a relative URL.
feedparser.mixin._FeedParserMixin.can_be_relative_uri = (
    feedparser.mixin._FeedParserMixin.can_be_relative_uri - {"id"}
)

_pop = feedparser.mixin._FeedParserMixin.pop


def _pop_as_written(self: Any, *arguments: Any, **more: Any) -> Any:
    """feedparser takes texts that would be valid UTF-8 in Latin-1 for a mistake; some are about that ("Ã©")."""
    self.encoding = "utf8"  # which it does not compare with
    return _pop(self, *arguments, **more)


feedparser.mixin._FeedParserMixin.pop = _pop_as_written

# `read_date` reads them.
feedparser.datetimes._date_handlers.clear()


def run_feedparser(text: str) -> Any:
    """feedparser's result for an XML feed. Raises exceptions of any kind, since the text is untrusted."""
    return feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
