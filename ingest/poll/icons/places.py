"""Where a feed's icon may be. Pure."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.archive.saving.icons import IconWanted
from ingest.base.http_url import is_fetchable
from ingest.base.url_spelling import without_credentials
from ingest.base.urls import join_url


@dataclass(frozen=True)
class IconPlace:
    """`allow_private` is for the feed's own origin alone: what a feed names elsewhere is its publisher's word."""

    url: str
    allow_private: bool


def icon_places(feed: IconWanted) -> tuple[IconPlace, ...]:
    """What the feed's document names as its icon, and the site's own, in this order."""
    stated = without_credentials(feed.icon_url) if feed.icon_url else None
    named = (stated, _favicon(feed.site_url), _favicon(feed.feed_url))
    urls = dict.fromkeys(url for url in named if url and is_fetchable(url))
    own = _origin(feed.feed_url)
    places = (IconPlace(url, feed.allow_private and own is not None and _origin(url) == own) for url in urls)
    return tuple(places)[:2]


def _favicon(url: str | None) -> str | None:
    return join_url(without_credentials(url), "/favicon.ico") if url else None


def _origin(url: str) -> tuple[str, str, int | None] | None:
    try:
        split = urlsplit(url)
        return split.scheme, split.hostname or "", split.port
    except ValueError:
        return None
