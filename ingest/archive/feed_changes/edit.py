"""Edit a feed: its address, where it moved without a redirect, and the owner's settings. Its history stays."""

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from ingest.archive.feeds import move_feed
from ingest.archive.file.opening import transaction
from ingest.archive.owner import set_state
from ingest.base.http_url import BadAddress, shares_secrets
from ingest.base.url_spelling import typed_url
from ingest.base.urls import feed_key, url_host

NO_SECRET = "none"


class FeedNotEdited(ValueError):
    """The feed cannot be edited so. The message is for the user: `why`, and `advice` for who types commands.

    `other` is the feed that has its new address.
    """

    def __init__(self, why: str, other: int | None = None, advice: str = "") -> None:
        super().__init__(f"{why} {advice}".strip())
        self.why = why
        self.other = other


@dataclass(frozen=True)
class FeedEdit:
    """What is to be changed; None stays as it is, and "" is none (of a title: the feed's own, with its next document).

    `address` is as a person typed it. `secret` is a reference as in `feeds`, or NO_SECRET.
    """

    address: str | None = None
    title: str | None = None
    folder: str | None = None
    state: str | None = None
    note: str | None = None
    secret: str | None = None
    allow_private: bool = False

    @property
    def is_empty(self) -> bool:
        return self == FeedEdit()


@dataclass(frozen=True)
class FeedEdited:
    """A feed after an edit. `former_url` is its address before, where that was changed; `changed` whether anything."""

    id: int
    name: str
    url: str
    state: str
    former_url: str | None = None
    changed: bool = True


@dataclass(frozen=True)
class _Addressed:
    """A feed as far as a new address concerns it."""

    id: int
    url: str
    secret: str | None


def edit_feed(db: Database, feed_id: int, edit: FeedEdit, now: str) -> FeedEdited:
    """Change what `edit` names, in one transaction. Raises FeedNotEdited; then nothing is changed."""
    with transaction(db):
        row = db.execute("SELECT id, url, secret FROM feeds WHERE id = ?", (feed_id,)).fetchone()
        if row is None:
            raise FeedNotEdited(f"The archive has no feed {feed_id}.")
        before, feed = _row(db, feed_id), _Addressed(*row)
        to = _new_address(db, feed, edit)
        if to:
            _change_address(db, feed, to, now)
        _change_settings(db, feed_id, edit)
        name, url, state = db.execute(
            "SELECT coalesce(title, url), url, state FROM feeds WHERE id = ?", (feed_id,)
        ).fetchone()
        changed = _row(db, feed_id) != before
    return FeedEdited(feed_id, str(name), str(url), state, feed.url if to else None, changed)


def _row(db: Database, feed_id: int) -> tuple[Any, ...]:
    return tuple(db.execute("SELECT * FROM feeds WHERE id = ?", (feed_id,)).fetchone())


def _new_address(db: Database, feed: _Addressed, edit: FeedEdit) -> str | None:
    """The address to move the feed to; None where it stays. Raises FeedNotEdited."""
    if not (edit.address or "").strip():
        if edit.address is not None:
            raise FeedNotEdited("A feed needs an address.")
        return None
    typed = str(edit.address)
    if typed.strip() == feed.url:
        return None
    try:
        url, credentials = typed_url(typed)
    except BadAddress as error:
        raise FeedNotEdited(str(error)) from error
    if credentials:
        raise FeedNotEdited(
            "The address has a name and password in it, which the archive does not keep. Leave them out.",
            advice="Say where they are: --secret env:NAME or --secret file:PATH",
        )
    if url == feed.url:
        return None
    if other := _feed_at(db, url, feed.id):
        raise FeedNotEdited(
            f"Feed {other} has that address already.",
            other,
            f"Where the two are one: feedsette merge-feeds ARCHIVE {other} {feed.id}",
        )
    if feed.secret and edit.secret is None and not shares_secrets(feed.url, url):
        raise FeedNotEdited(
            f"Its password or token ({feed.secret}) is for {feed.url}, and goes to no other host by itself.",
            advice=f"Say where that of the new address is: feedsette edit-feed ARCHIVE {feed.id} --address URL "
            f"--secret PLACE, or --secret {NO_SECRET}",
        )
    return url


def _feed_at(db: Database, url: str, but: int) -> int | None:
    """The other feed that has this address now, in any spelling."""
    found = db.execute(
        "SELECT id FROM feeds WHERE (url = ? OR url_key = ?) AND id != ?", (url, feed_key(url), but)
    ).fetchone()
    return int(found[0]) if found else None


def _change_address(db: Database, feed: _Addressed, to: str, now: str) -> None:
    """Move the feed, and forget what was known of the answers of its former address.

    What the document of one address lacks was not removed from that of another: so there is no window until the next
    poll. The permission to be in a private network was for the former host.
    """
    move_feed(db, feed.id, to, now)
    db.execute(
        """
        UPDATE feeds SET
            etag = NULL, last_modified = NULL, body_hash = NULL, last_document = NULL, hub_url = NULL, self_url = NULL,
            window_document = NULL, document_order = NULL,
            failures = 0, failing_since = NULL, last_error = NULL, next_poll = NULL, schedule = NULL,
            allow_private = iif(:same_host, allow_private, 0), state = iif(state = 'gone', 'active', state)
        WHERE id = :id
        """,
        {"id": feed.id, "same_host": url_host(feed.url) == url_host(to)},
    )


def _change_settings(db: Database, feed_id: int, edit: FeedEdit) -> None:
    if edit.state is not None:
        try:
            set_state(db, feed_id, edit.state)
        except ValueError as error:
            raise FeedNotEdited(str(error)) from error
    given = {
        "own_title": _tidy(edit.title, 1000),
        "folder": _tidy(edit.folder, 200),
        "note": _tidy(edit.note, 10_000),
        "secret": edit.secret,
    }
    db.execute(
        """
        UPDATE feeds SET
            own_title = iif(:own_title IS NULL, own_title, nullif(:own_title, '')),
            title = coalesce(nullif(:own_title, ''), title),
            folder = iif(:folder IS NULL, folder, nullif(:folder, '')),
            note = iif(:note IS NULL, note, nullif(:note, '')),
            secret = iif(:secret IS NULL, secret, nullif(:secret, :none)),
            allow_private = max(allow_private, :private)
        WHERE id = :id
        """,
        {**given, "none": NO_SECRET, "private": edit.allow_private, "id": feed_id},
    )


def _tidy(text: str | None, longest: int) -> str | None:
    return None if text is None else text.strip()[:longest]
