"""Settings that come with following a feed: state, title, folder, note, secret, private network or not."""

from collections.abc import Iterable

from sqlite_utils import Database

from ingest.archive.file.opening import transaction
from ingest.base.opml import FEED_STATES


def set_state(db: Database, feed_id: int, state: str) -> None:
    """Set the state (one of FEED_STATES). Where that changes it, the feed is due at once. Raises ValueError."""
    if state not in FEED_STATES:
        raise ValueError(f"A feed is {' or '.join(FEED_STATES)}.")
    with transaction(db):
        db.execute(
            """
            UPDATE feeds SET next_poll = CASE WHEN state = :state THEN next_poll END, state = :state
            WHERE id = :id
            """,
            {"state": state, "id": feed_id},
        )


def set_states(db: Database, feeds: Iterable[int], state: str) -> list[int]:
    """Set the state of several feeds in one transaction: those in which that changed something. Raises ValueError."""
    with transaction(db):
        changed = [number for number in feeds if _is_otherwise(db, number, state)]
        for number in changed:
            set_state(db, number, state)
    return changed


def _is_otherwise(db: Database, feed_id: int, state: str) -> bool:
    row = db.execute("SELECT state FROM feeds WHERE id = ?", (feed_id,)).fetchone()
    return row is not None and row[0] != state


def put_into_folder(db: Database, feeds: Iterable[int], folder: str) -> int:
    """Put several feeds into a folder, or into none where it is "". How many there are of these."""
    with transaction(db):
        return sum(
            db.execute("UPDATE feeds SET folder = nullif(?, '') WHERE id = ?", (folder, number)).rowcount
            for number in feeds
        )


def set_folder(db: Database, feed_id: int, folder: str) -> None:
    with transaction(db):
        db.execute("UPDATE feeds SET folder = ? WHERE id = ?", (folder, feed_id))


def subscribe(
    db: Database,
    feed_id: int,
    *,
    state: str = "active",
    folder: str | None = None,
    own_title: str | None = None,
    note: str | None = None,
    allow_private: bool = False,
    secret: str | None = None,
) -> None:
    """Set the state and those other settings that are given. Raises ValueError."""
    with transaction(db):
        set_state(db, feed_id, state)
        db.execute(
            """
            UPDATE feeds SET
                folder = coalesce(:folder, folder), secret = coalesce(:secret, secret),
                own_title = coalesce(:own_title, own_title), title = coalesce(:own_title, title),
                note = coalesce(:note, note), allow_private = max(allow_private, :private)
            WHERE id = :id
            """,
            {
                "id": feed_id,
                "folder": folder,
                "secret": secret,
                "own_title": own_title,
                "note": note,
                "private": allow_private,
            },
        )


def permit_private_network(db: Database, feed_id: int, refused: str) -> bool:
    """Allow a feed to be in a private network. Returns whether that was changed.

    It is not for a feed that was received from a public address, unless its last error contains the text `refused`.
    """
    with transaction(db):
        cursor = db.execute(
            """
            UPDATE feeds SET allow_private = 1
            WHERE id = ? AND allow_private = 0 AND (body_hash IS NULL OR instr(last_error, ?))
            """,
            (feed_id, refused),
        )
    return cursor.rowcount == 1
