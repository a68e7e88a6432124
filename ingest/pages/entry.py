"""An entry's page: the entry, its text, its neighbours, and the entries that link to it or that it links to."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.archive.names import DATE_FROM, FEED_NAME, dated_sql, undated_sql
from ingest.pages.entry_details import CreditRow, Details, load_credits, load_details
from ingest.pages.listing import NEWEST_FIRST, Item, items_of, reading_minutes
from ingest.pages.media import ShownMedia, arranged, load_media
from ingest.pages.related import related
from ingest.pages.removals import Removals, load_removals
from ingest.pages.rows import text_of, value_of
from ingest.pages.tables import edits_table, has_table
from ingest.pages.top_values import TopValue

MOST_LINKED = 30  # of entries that link here, or that this one links to


@dataclass(frozen=True)
class EntryRow:
    """An entry as it is stored. Times are UTC; `html` is safe."""

    id: int
    feed_id: int
    feed: str  # its title, or its address
    title: str | None
    author: str | None
    date: str
    url: str | None
    excerpt: str | None
    words: int
    language: str | None
    published: str | None
    posted: str | None
    updated: str | None
    first_seen: str
    last_seen: str
    removed: str | None
    comments_url: str | None
    image_url: str | None
    html: str
    date_from: str  # as in Item

    @property
    def minutes(self) -> int:
        return reading_minutes(self.words)

    @property
    def dated(self) -> str | None:
        """When it was published or, where its feed does not say, posted or updated; None where none is given.

        A date that its feed gave it in the future is none.
        """
        return self.posted if self.dated_ahead else self.published or self.posted or self.updated

    @property
    def dated_ahead(self) -> str | None:
        """The date that its feed gave it, where it was more than two days ahead when it was received."""
        return None if self.date_from in ("published", "updated") else self.published or self.updated

    @property
    def display_title(self) -> str:
        """Its title, or else the beginning of its text."""
        return self.title or (self.excerpt or "")[:80] or "Without a title"


@dataclass(frozen=True)
class Linked:
    """The newest of some entries, at most MOST_LINKED, and the number of all."""

    items: tuple[Item, ...]
    total: int


@dataclass(frozen=True)
class EntryPage:
    """An entry with what belongs to it. `newer` and `older` are its neighbours in the feed."""

    entry: EntryRow
    authors: tuple[TopValue, ...]
    tags: tuple[TopValue, ...]
    details: Details
    credits: Mapping[str, Sequence[CreditRow]]  # by role
    media: ShownMedia
    versions: int  # before the present one
    seen: str  # since when the present one is known
    removals: Removals
    newer: Item | None
    older: Item | None
    shortened: str | None  # since when its feed gives less than its text, which is kept whole


def load_entry(connection: sqlite3.Connection, id: int) -> EntryRow | None:
    """An entry with its text; None where there is none."""
    rows = load_entry_rows(connection, [id], "coalesce(contents.html, '')")
    return rows[0] if rows else None


def load_entry_rows(
    connection: sqlite3.Connection, ids: Sequence[int], html: str = "''"
) -> tuple[EntryRow, ...]:
    """Entries in this order, without those that are not there. `html` is what SQL has as their texts."""
    rows = connection.execute(
        f"""
        SELECT entries.id, entries.feed, {FEED_NAME}, entries.title, entries.author, entries.date,
            entries.url, entries.excerpt, entries.words, entries.language, entries.published, entries.posted,
            entries.updated, entries.first_seen, entries.last_seen, entries.removed, entries.comments_url,
            entries.image_url, {html}, {DATE_FROM}
        FROM entries JOIN feeds ON feeds.id = entries.feed LEFT JOIN contents ON contents.entry = entries.id
        WHERE entries.id IN (SELECT value FROM json_each(?))
        """,
        [json.dumps([*ids])],
    )
    by_id = {found.id: found for found in (value_of(EntryRow, row) for row in rows)}
    return tuple(by_id[id] for id in ids if id in by_id)


def load_entry_page(connection: sqlite3.Connection, id: int) -> EntryPage | None:
    """An entry with what belongs to it; None where there is none."""
    entry = load_entry(connection, id)
    if entry is None:
        return None
    [(versions, edited)] = connection.execute(
        f"SELECT count(*), max(replaced) FROM {edits_table(connection)} WHERE entry = ?", [id]
    )
    return EntryPage(
        entry,
        load_names(connection, "author", id),
        load_names(connection, "tag", id),
        load_details(connection, id),
        load_credits(connection, id),
        arranged(load_media(connection, id), entry.html),
        versions,
        text_of(edited) if edited else entry.first_seen,
        load_removals(connection, id),
        _neighbour(connection, entry, newer=True),
        _neighbour(connection, entry, newer=False),
        shortened_since(connection, id),
    )


def shortened_since(connection: sqlite3.Connection, id: int) -> str | None:
    """The value of a column that an older archive has not."""
    if not connection.execute(
        "SELECT 1 FROM pragma_table_info('entries') WHERE name = 'shortened'"
    ).fetchone():
        return None
    [(since,)] = connection.execute("SELECT shortened FROM entries WHERE id = ?", [id])
    return str(since) if since else None


def load_linked(connection: sqlite3.Connection, id: int) -> tuple[Linked, Linked]:
    """The entries that link to an entry, and those that it links to."""
    return (
        _linked(connection, "SELECT entry FROM links WHERE target = :id AND entry != :id", id),
        _linked(connection, "SELECT target FROM links WHERE entry = :id AND target != :id", id),
    )


def load_credited(connection: sqlite3.Connection, author: int) -> Linked:
    """The entries that name an author with a role beside those who wrote them."""
    if not has_table(connection, "entry_credits"):
        return Linked((), 0)
    return _linked(connection, "SELECT entry FROM entry_credits WHERE author = :id", author)


def load_related(connection: sqlite3.Connection, id: int) -> tuple[Item, ...]:
    """Entries about the same, the most alike first."""
    return items_of(connection, related(connection, id))


def load_names(connection: sqlite3.Connection, kind: str, id: int) -> tuple[TopValue, ...]:
    """The authors ("author") or tags ("tag") of an entry."""
    rows = connection.execute(
        f"SELECT {kind}s.name, 1, {kind}s.id FROM entry_{kind}s JOIN {kind}s ON {kind}s.id = entry_{kind}s.{kind}"
        f" WHERE entry_{kind}s.entry = ? ORDER BY {kind}s.id",
        [id],
    )
    return tuple(value_of(TopValue, row) for row in rows)


def load_enclosure_urls(connection: sqlite3.Connection, id: int) -> tuple[str, ...]:
    rows = connection.execute("SELECT url FROM enclosures WHERE entry = ? ORDER BY id", [id])
    return tuple(text_of(url) for (url,) in rows)


def _neighbour(connection: sqlite3.Connection, entry: EntryRow, newer: bool) -> Item | None:
    """The next or previous entry of the feed, in the order of lists: of what is dated, or else of what is not."""
    [(undated,)] = connection.execute("SELECT month IS NULL FROM entries WHERE id = ?", [entry.id])
    alike = undated_sql(connection) if undated else dated_sql(connection)
    condition, order = (
        ("date >= :date AND (date > :date OR id < :id)", "date, id DESC")
        if newer
        else ("date <= :date AND (date < :date OR id > :id)", "date DESC, id")
    )
    row = connection.execute(
        f"SELECT id FROM entries WHERE feed = :feed AND {alike} AND {condition} ORDER BY {order} LIMIT 1",
        {"feed": entry.feed_id, "date": entry.date, "id": entry.id},
    ).fetchone()
    return items_of(connection, [row[0]])[0] if row else None


def _linked(connection: sqlite3.Connection, those: str, id: int) -> Linked:
    rows = connection.execute(
        f"SELECT id, count(*) OVER () FROM entries WHERE id IN ({those}) ORDER BY {NEWEST_FIRST} LIMIT :most",
        {"id": id, "most": MOST_LINKED},
    ).fetchall()
    return Linked(items_of(connection, [number for number, _ in rows]), rows[0][1] if rows else 0)
