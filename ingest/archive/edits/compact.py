"""Revisions that were kept before noise was known: which of them are noise, and their removal. Only `compact` asks."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from ingest.archive.edits.noise import NoiseReason, is_noise
from ingest.archive.entries import stored_version
from ingest.archive.file.opening import transaction
from ingest.archive.revisions import load_edits

_ENTRIES_AT_ONCE = 200  # of a transaction


@dataclass(frozen=True)
class NoiseRevision:
    """A revision that differs from the version after it in nothing that a reader reads."""

    id: int
    followed_by: int | None  # the revision after it; None: the present version
    seen: str
    document: int | None
    reason: NoiseReason
    bytes: int


@dataclass(frozen=True)
class FeedNoise:
    """How many revisions of a feed one rule calls noise."""

    feed: int
    title: str
    reason: NoiseReason
    revisions: int
    bytes: int


def noise_by_feed(db: Database) -> list[FeedNoise]:
    """What `remove_noise` would remove, by feed and rule, the most first."""
    revisions: Counter[tuple[int, NoiseReason]] = Counter()
    sizes: Counter[tuple[int, NoiseReason]] = Counter()
    for feed, entry in _edited_entries(db):
        for one in noise_revisions(db, entry):
            revisions[feed, one.reason] += 1
            sizes[feed, one.reason] += one.bytes
    titles = dict(db.execute("SELECT id, coalesce(title, url) FROM feeds").fetchall())
    return [
        FeedNoise(feed, str(titles[feed]), reason, count, sizes[feed, reason])
        for (feed, reason), count in revisions.most_common()
    ]


def remove_noise(db: Database) -> Iterator[int]:
    """Remove such revisions, in a transaction for some entries each; yields how many went by each."""
    entries = [entry for _, entry in _edited_entries(db)]
    for start in range(0, len(entries), _ENTRIES_AT_ONCE):
        removed = 0
        with transaction(db):
            for entry in entries[start : start + _ENTRIES_AT_ONCE]:
                for one in noise_revisions(db, entry):
                    _remove(db, entry, one)
                    removed += 1
        yield removed


def noise_revisions(db: Database, entry_id: int) -> list[NoiseRevision]:
    """Those of an entry, the latest first, so that each is followed by what stays or goes after it."""
    edits = load_edits(db, entry_id)
    if not edits:
        return []
    found, following, version = [], None, stored_version(db, entry_id)
    for edit in reversed(edits):
        if reason := is_noise(edit.version, version):
            document = edit.said_by.first and edit.said_by.first.id
            found.append(
                NoiseRevision(edit.id, following, edit.version.seen, document, reason, _size(db, edit.id))
            )
        following, version = edit.id, edit.version
    return found


def _edited_entries(db: Database) -> list[tuple[int, int]]:
    """The feed and number of each entry that has edits."""
    rows = db.execute(
        "SELECT feed, id FROM entries WHERE id IN (SELECT entry FROM revisions WHERE kind = 'edit') ORDER BY id"
    )
    return [(feed, entry) for feed, entry in rows]


def _size(db: Database, revision: int) -> int:
    [(size,)] = db.execute(
        """
        SELECT coalesce(length(CAST(html AS BLOB)), 0) + coalesce(length(CAST(text AS BLOB)), 0)
            + coalesce(length(CAST(other AS BLOB)), 0) + coalesce(length(CAST(title AS BLOB)), 0)
        FROM revisions WHERE id = ?
        """,
        (revision,),
    ).fetchall()
    return int(size)


def _remove(db: Database, entry_id: int, noise: NoiseRevision) -> None:
    """Remove a revision; the version after it was there since that one was."""
    db.execute("DELETE FROM revisions WHERE id = ?", (noise.id,))
    if noise.followed_by is not None:
        db.execute(
            "UPDATE revisions SET seen = ?, document = coalesce(?, document) WHERE id = ?",
            (noise.seen, noise.document, noise.followed_by),
        )
    elif noise.document is not None:
        db.execute("UPDATE entry_documents SET document = ? WHERE entry = ?", (noise.document, entry_id))
