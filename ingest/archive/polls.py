"""The log of requests for feeds (`polls`), and what the next conditional request of a feed needs."""

from dataclasses import dataclass

from sqlite_utils import Database

from ingest.archive.file.opening import transaction

KEPT_POLLS = 500  # the latest of a feed: more than a year of daily polls


@dataclass(frozen=True)
class Poll:
    """The result of one request for a feed, as it is recorded."""

    status: int | None = None
    bytes: int | None = None
    ms: int | None = None
    error: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    held: bool = False  # Retry-After: no failure of the feed


def record_poll(
    db: Database,
    feed_id: int,
    poll: Poll,
    now: str,
    new: int = 0,
    changed: int = 0,
    removed: int = 0,
    document: int | None = None,
) -> None:
    """Record a request at `now`, with how many entries of its document were new, changed and removed.

    The first two are 0 where there was no new document (304, or the same body), all where there was an error.
    `document` is the row of the document that it brought, or confirmed.
    """
    with transaction(db):
        db.execute(
            """
            INSERT INTO polls (feed, at, status, bytes, ms, new, changed, removed, error, document)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            (feed_id, now, poll.status, poll.bytes, poll.ms, new, changed, removed, poll.error, document),
        )
        if poll.held:
            db.execute("UPDATE feeds SET last_polled = ? WHERE id = ?", (now, feed_id))
        elif poll.error:
            db.execute(
                "UPDATE feeds SET last_polled = ?, failures = failures + 1, last_error = ? WHERE id = ?",
                (now, poll.error, feed_id),
            )
        else:
            db.execute(
                """
                UPDATE feeds SET
                    last_polled = ?, failures = 0, last_error = NULL,
                    etag = ?, last_modified = ?, body_hash = coalesce(?, body_hash)
                WHERE id = ?
                """,
                (now, poll.etag, poll.last_modified, poll.body_hash, feed_id),
            )


def delete_old_polls(db: Database, feed_id: int) -> None:
    """Delete all but the latest KEPT_POLLS, and the last with a body, which tells what a conditional request saves."""
    db.execute(
        """
        DELETE FROM polls WHERE feed = :feed AND id <= (
            SELECT id FROM polls WHERE feed = :feed ORDER BY at DESC, id DESC LIMIT 1 OFFSET :kept
        ) AND id IS NOT (
            SELECT id FROM polls WHERE feed = :feed AND status = 200 AND error IS NULL AND bytes > 0
            ORDER BY at DESC, id DESC LIMIT 1
        )
        """,
        {"feed": feed_id, "kept": KEPT_POLLS},
    )
