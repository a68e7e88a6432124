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
    kind = why_no_public_host(host)
    if kind is None or (edit.allow_private and why_no_public_host(host, allow_private=True) is None):
        return
    if why_no_public_host(host, allow_private=True):
        raise FeedNotEdited(f"The address leads to {kind}, which is refused.")
    raise OnOwnNetwork(
        f"The address leads to {kind}, which is refused.",
        advice="If it is a feed on your own network, say so: --allow-private",
    )


def why_no_public_host(host: str, allow_private: bool = False) -> str | None:
    """What kind of host this is where no feed can be on it; None where one can, as far as its name tells.

    A name without a dot is none of the web.

    >>> why_no_public_host("127.1"), why_no_public_host("127.1", allow_private=True)
    ('a loopback address', None)
    >>> why_no_public_host("notaurl"), why_no_public_host("example.com")
    ('a name without a dot (“notaurl”)', None)
    """
    if literal := ip_literal(host):
        return why_refused(literal, allow_private)
    if "." in host or allow_private:
        return None
    return f"a name without a dot (“{host[:60]}”)"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
