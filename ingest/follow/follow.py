"""Follows a feed that was found, or is on a list: it is polled from now on."""

from dataclasses import dataclass

from sqlite_utils import Database

from ingest.archive.feeds import find_feed, insert_feed, move_feed
from ingest.archive.file.opening import transaction
from ingest.archive.owner import permit_private_network, subscribe
from ingest.archive.saving.outcome import Saved
from ingest.archive.subscriptions import Subscription, subscription
from ingest.base.clock import timestamp
from ingest.base.http_url import shares_secrets
from ingest.base.urls import feed_key, same_but_for_www
from ingest.fetch.errors import ALLOW_PRIVATE
from ingest.follow.find import Found
from ingest.poll.judge import to_keep
from ingest.poll.record import record_answer
from ingest.poll.schedule import Bounds


@dataclass(frozen=True)
class Followed:
    """The result of following a feed."""

    id: int
    url: str
    title: str
    already: bool  # it was followed before
    saved: Saved
    note: str | None = None  # for the user


def follow_found(
    db: Database, found: Found, folder: str | None = None, bounds: Bounds | None = None
) -> Followed:
    """Follow a feed, and save and keep the document that it was found by.

    It belongs to the feed of the address that was asked for, or of its permanent redirect. What a document says
    is its own address does not count: any can name another's, and many name the main feed of their site. Only where
    that differs in nothing but "www.", and nothing was ever asked for there, is it the same feed.
    """
    now = timestamp(found.judged.moment)
    with transaction(db):
        before = _known(db, found, now)
        url = before.url if before else found.url
        here = _came_from(found, url)
        private = here and found.answer.own_network
        secret = found.secret if here and shares_secrets(found.url, url) else None
        note = _note(db, found, before, here, secret)
        known = before.id if before else None
        number = follow(db, url, now, known, folder=folder, allow_private=private, secret=secret)
        feed = subscription(db, number)
        assert feed is not None
        saved = Saved(number)
        if here and (feed.last_polled or "") <= now:  # else a later poll was saved meanwhile
            saved = record_answer(db, feed, found.judged, to_keep(found.judged, url), bounds).saved
    already = before is not None and not before.only_imported
    return Followed(number, url, found.title if here else feed.name, already, saved, note)


def _known(db: Database, found: Found, now: str) -> Subscription | None:
    """The feed that was found, if the archive has it. Where it was only imported it is at this address from now on."""
    known, own = find_feed(db, found.url) or find_feed(db, found.asked), found.clean_feed.url
    twin = find_feed(db, own) if own and not known and same_but_for_www(own, found.url) else None
    feed = subscription(db, known or twin or 0)
    if feed is None or not feed.only_imported:
        return None if twin else feed
    if feed.url != found.url:
        move_feed(db, feed.id, found.url, now)
    return subscription(db, feed.id)


def _came_from(found: Found, url: str) -> bool:
    """Whether the answer came by way of this address, so that it is what a poll there would bring."""
    way = [found.asked, *(redirect.to for redirect in found.answer.redirects)]
    return feed_key(url) in map(feed_key, way)


def _note(
    db: Database, found: Found, before: Subscription | None, here: bool, secret: str | None
) -> str | None:
    """A sentence for the user on where or how the feed is followed, if that needs one."""
    if before and not here:
        return f"It was at {found.url} once. What is there now does not lead here, and was not taken in."
    if before and found.secret and not secret:
        return f"It is followed at {before.url} already, which does not get the password or token of {found.url}."
    if before and before.state != "active" and not before.only_imported:
        return f"It was {before.state}, and is polled again from now on."
    own = found.clean_feed.url
    if not before and not found.note and own and find_feed(db, own):
        return f"It names {own} as its own address: another feed of this archive, which stays as it was."
    return found.note


def allow_own_network(db: Database, feed_id: int) -> bool:
    """Let a feed that is followed be on one's own network, and whether that is new.

    What was received from elsewhere stays elsewhere, unless it is there no longer and was refused for that: an owner
    who allows it to a whole list need not know of each where it is.
    """
    return permit_private_network(db, feed_id, ALLOW_PRIVATE)


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
            known = insert_feed(db, url, now, title=title, site_url=site_url)
        subscribe(
            db,
            known,
            state=state,
            folder=folder,
            own_title=own_title,
            note=note,
            allow_private=allow_private,
            secret=secret,
        )
    return known
