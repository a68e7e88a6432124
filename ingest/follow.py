"""Following a feed: from one that was found, or is on a list, to one that is polled from now on."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from ingest.archive import transaction
from ingest.clock import timestamp
from ingest.feeds import feed_key, find_feed
from ingest.find import Found
from ingest.redirects import shares_secrets
from ingest.save import Saved
from ingest.schedule import Bounds
from ingest.subscriptions import record, subscription


@dataclass(frozen=True)
class Followed:
    """What became of a feed that was to be followed."""

    id: int
    url: str
    title: str
    already: bool  # it was followed before
    saved: Saved
    note: str | None = None  # for the user


def follow_found(
    db: Database, found: Found, moment: datetime, folder: str | None = None, bounds: Bounds | None = None
) -> Followed:
    """Follow a feed and save the document that it was found by. `moment` (aware) is when that was received.

    A feed that only ever came from saved documents, which name this one's own address as theirs, is the same.
    """
    now = timestamp(moment)
    with transaction(db):
        known = find_feed(db, found.url) or _imported(db, found.document.url)
        url = _url(db, known) if known else found.url
        secret = found.secret if shares_secrets(found.url, url) else None
        private = found.answer.own_network
        feed_id = follow(db, found.url, now, known, folder=folder, allow_private=private, secret=secret)
        feed = subscription(db, feed_id)
        assert feed is not None
        saved = record(db, feed, found.answer, found.outcome, found.document, moment, bounds).saved
    note = found.note
    if found.secret and not secret:
        note = f"It is followed at {url} already, which does not get the password or token of {found.url}."
    return Followed(feed_id, feed.url, found.title, known is not None, saved, note)


def follow(
    db: Database,
    url: str,
    now: str,
    known: int | None = None,
    *,
    folder: str | None = None,
    state: str = "active",
    title: str | None = None,
    site_url: str | None = None,
    own_title: str | None = None,
    note: str | None = None,
    allow_private: bool = False,
    secret: str | None = None,
) -> int:
    """Have the feed at `url`, which is the one numbered `known` where that is given, polled from now on. Its number.

    What is not given stays as it is. Title and site stand until the feed's own are known.
    """
    with transaction(db):
        if known is None:
            db.execute(
                """
                INSERT INTO feeds (url, url_key, added, title, site_url, own_title, note)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                (url, feed_key(url), now, own_title or title, site_url, own_title, note),
            )
            [(known,)] = db.execute("SELECT id FROM feeds WHERE url = ?", (url,)).fetchall()
        db.execute(
            """
            UPDATE feeds SET
                state = :state, next_poll = CASE WHEN state = :state THEN next_poll END,
                folder = coalesce(:folder, folder), secret = coalesce(:secret, secret),
                allow_private = max(allow_private, :private)
            WHERE id = :id
            """,
            {"state": state, "folder": folder, "secret": secret, "private": allow_private, "id": known},
        )
    return int(known)


def _url(db: Database, feed: int) -> str:
    [(url,)] = db.execute("SELECT url FROM feeds WHERE id = ?", (feed,)).fetchall()
    return str(url)


def _imported(db: Database, own: str | None) -> int | None:
    """The feed at the address that a document names as its own, if it was never polled there."""
    known = find_feed(db, own) if own else None
    if known is None:
        return None
    [(last_polled,)] = db.execute("SELECT last_polled FROM feeds WHERE id = ?", (known,)).fetchall()
    return known if last_polled is None else None
