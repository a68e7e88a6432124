"""Whether a feed may be moved to an address that is on one's own network, before anything is asked there."""

from urllib.parse import urlsplit

from sqlite_utils import Database

from ingest.archive.feed_changes.edit import FeedEdit, FeedNotEdited
from ingest.archive.subscriptions import subscription
from ingest.base.http_url import BadAddress
from ingest.base.url_spelling import typed_url
from ingest.fetch.private_networks import ip_literal, why_refused


class OnOwnNetwork(FeedNotEdited):
    """The new address is on one's own network, which the owner has not said that it may be."""


def check_new_address(db: Database, feed_id: int, edit: FeedEdit) -> None:
    """Raises OnOwnNetwork, or FeedNotEdited where no permission would help."""
    feed = subscription(db, feed_id)
    typed = (edit.address or "").strip()
    if feed is None or typed in ("", feed.url):
        return
    try:
        url, _ = typed_url(typed)
    except BadAddress as error:
        raise FeedNotEdited(str(error)) from error
    host = _host(url)
    if host == _host(feed.url):
        return
    why = why_no_host(host, edit.allow_private)
    if why is None:
        return
    if edit.allow_private or why_no_host(host, allow_private=True):
        raise FeedNotEdited(why)
    raise OnOwnNetwork(why, advice="If it is a feed on your own network, say so: --allow-private")


def why_no_host(host: str, allow_private: bool = False) -> str | None:
    """Why no feed can be on this host; None where one can, as far as its name tells.

    >>> why_no_host("127.1"), why_no_host("127.1", allow_private=True)
    ('The address leads to a loopback address, which is refused.', None)
    >>> why_no_host("notaurl"), why_no_host("example.com")
    ('The address names no host of the web: “notaurl” has no dot.', None)
    """
    if literal := ip_literal(host):
        kind = why_refused(literal, allow_private)
        return f"The address leads to {kind}, which is refused." if kind else None
    if "." in host or allow_private:
        return None
    return f"The address names no host of the web: “{host[:60]}” has no dot."


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
