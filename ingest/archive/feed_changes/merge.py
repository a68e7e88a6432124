"""Merge two feeds that are one: the entries, documents and polls of one come into the other, which keeps its number,
address and settings. What both have becomes one entry; nothing is deleted but the row of the feed that goes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from ingest.archive.feed_changes.matching import MatchedEntry, guids_beside, matched_entries
from ingest.archive.feed_changes.merged_before import move_merged_before
from ingest.archive.feed_changes.remove import FeedHoldings, feed_holdings
from ingest.archive.feeds import added_earlier
from ingest.archive.file.opening import transaction
from ingest.archive.identity.merge import merge_entries
from ingest.archive.identity.values import StoredPost
from ingest.base.urls import feed_key

_COMPARED = 2000  # characters of a text
_OF_ONE_ADDRESS = {"hubs"}  # which the address that goes was announced by


class FeedsNotMerged(ValueError):
    """The feeds cannot be merged so. The message is for the user."""


@dataclass(frozen=True)
class FeedMerge:
    """What merging two feeds does: which entries are the same, and which of the others get another guid, by id."""

    staying: FeedHoldings
    going: FeedHoldings
    matched: tuple[MatchedEntry, ...]
    beside: Mapping[int, str]

    @property
    def others(self) -> int:
        """How many entries come into the feed that stays beside its own."""
        return self.going.entries - len(self.matched)

    @property
    def recognised(self) -> int:
        """How many are found to be the same by another rule than the guid."""
        return sum(one.rule != "guid" for one in self.matched)


@dataclass(frozen=True)
class ShownPair:
    """Two entries that are the same, with their titles, or what there is instead."""

    matched: MatchedEntry
    title: str
    former_title: str


def plan_feed_merge(db: Database, staying_id: int, going_id: int) -> FeedMerge:
    """What merging these feeds would do. Writes nothing. Raises FeedsNotMerged."""
    if staying_id == going_id:
        raise FeedsNotMerged(f"Feed {staying_id} is one feed already. Name two.")
    staying, going = (feed_holdings(db.conn, number) for number in (staying_id, going_id))
    if staying is None or going is None:
        raise FeedsNotMerged(f"The archive has no feed {going_id if staying else staying_id}.")
    ours, theirs = (_known_entries(db, number) for number in (staying_id, going_id))
    matched = matched_entries(ours, theirs)
    return FeedMerge(staying, going, tuple(matched), guids_beside({one.guid for one in ours}, theirs))


def merge_feeds(db: Database, plan: FeedMerge, now: str) -> None:
    """Do what was planned, in one transaction. Raises FeedsNotMerged where the feeds have changed since."""
    with transaction(db):
        if plan != plan_feed_merge(db, plan.staying.id, plan.going.id):
            raise FeedsNotMerged("The archive has changed since this was shown. Look at it again.")
        _move_entries(db, plan)
        for one in plan.matched:
            merge_entries(db, one.entry, one.former, now)
        _move_the_rest(db, plan, now)
        db.execute("DELETE FROM feeds WHERE id = ?", (plan.going.id,))


def shown_pairs(db: Database, plan: FeedMerge, most: int, *, of_guid: bool = False) -> list[ShownPair]:
    """Of the entries that both have, those that another rule than the guid found, for a person to look at.

    With `of_guid` those that have the same guid stand behind them.
    """
    others = [one for one in plan.matched if one.rule != "guid"]
    same = [one for one in plan.matched if of_guid and one.rule == "guid"]
    found = [*others, *same][:most]
    rows = db.execute(
        """
        SELECT id, coalesce(nullif(title, ''), nullif(excerpt, ''), url, guid) FROM entries
        WHERE id IN (SELECT value FROM json_each(?))
        """,
        (json.dumps([number for one in found for number in (one.entry, one.former)]),),
    )
    titles = {number: str(title) for number, title in rows}
    return [ShownPair(one, titles[one.entry], titles[one.former]) for one in found]


def _known_entries(db: Database, feed_id: int) -> list[StoredPost]:
    rows = db.execute(
        """
        SELECT entries.id, guid, url, title, published, coalesce(substr(text, 1, ?), '')
        FROM entries LEFT JOIN contents ON contents.entry = entries.id
        WHERE feed = ? ORDER BY published DESC, entries.id
        """,
        (_COMPARED, feed_id),
    )
    return [StoredPost(*row) for row in rows.fetchall()]


def _move_entries(db: Database, plan: FeedMerge) -> None:
    db.conn.executemany(
        "UPDATE entries SET guid = ? WHERE id = ?", [(guid, entry) for entry, guid in plan.beside.items()]
    )
    move_merged_before(db, plan.going.id, plan.staying.id, plan.beside)
    db.execute("UPDATE entries SET feed = ? WHERE feed = ?", (plan.staying.id, plan.going.id))


def _move_the_rest(db: Database, plan: FeedMerge, now: str) -> None:
    """Move what else belongs to the feed that goes, in whichever tables, where the one that stays has no such thing.

    The documents of two addresses do not tell what was removed from either: so there is no window until the next poll.
    """
    staying, going = plan.staying.id, plan.going.id
    for table, column in _referring_to_feeds(db):
        db.execute(f'UPDATE OR IGNORE "{table}" SET "{column}" = ? WHERE "{column}" = ?', (staying, going))  # noqa: S608
    added, folder, note, own_title = db.execute(
        "SELECT added, folder, note, own_title FROM feeds WHERE id = ?", (going,)
    ).fetchone()
    added_earlier(db, staying, added)
    db.execute(
        """
        UPDATE feeds SET
            folder = coalesce(folder, :folder), note = coalesce(note || char(10) || :note, note, :note),
            title = coalesce(own_title, :own_title, title), own_title = coalesce(own_title, :own_title),
            last_document = NULL, window_document = NULL, document_order = NULL
        WHERE id = :id
        """,
        {"folder": folder, "note": note, "own_title": own_title, "id": staying},
    )
    db.execute(
        "INSERT OR REPLACE INTO feed_addresses (url, feed, until, url_key) VALUES (?, ?, ?, ?)",
        (plan.going.url, staying, now, feed_key(plan.going.url)),
    )
    db.execute("INSERT INTO former_feeds (id, feed, at) VALUES (?, ?, ?)", (going, staying, now))


def _referring_to_feeds(db: Database) -> list[tuple[str, str]]:
    """The tables whose rows are a feed's, and the column that names it; but entries, which are moved before."""
    rows = db.execute(
        """
        SELECT tables.name, keys."from" FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS keys
        WHERE tables.type = 'table' AND keys."table" = 'feeds'
        """
    )
    return [(table, column) for table, column in rows.fetchall() if table not in _OF_ONE_ADDRESS]
