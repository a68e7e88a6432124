"""What is stored of an entry or a feed without being compared: `extra`, the number of comments, names of sources.

It moves from document to document (votes, ratings, counters), so that a difference in it is no edit: the latest
document's takes the place of what was there.
"""

from typing import Literal, NamedTuple

from sqlite_utils import Database

from ingest.base.models import CleanEntry, Source, StoredExtra

_Owner = Literal["entry", "feed"]


class Beside(NamedTuple):
    """What is stored in place of an entry."""

    comments: int | None
    extra: StoredExtra | None

    def or_else(self, another: "Beside") -> "Beside":
        """The same, with what another has where this has nothing."""
        comments = another.comments if self.comments is None else self.comments
        return Beside(comments, self.extra or another.extra)


def beside_of(entry: CleanEntry) -> Beside:
    return Beside(entry.comments, entry.extra)


def stored_beside(db: Database, entry_id: int) -> Beside:
    [(comments, said, left_out)] = db.execute(
        """
        SELECT comments, json, left_out FROM entries LEFT JOIN extra ON extra.entry = entries.id WHERE entries.id = ?
        """,
        (entry_id,),
    ).fetchall()
    return Beside(comments, None if said is None else StoredExtra(said, left_out))


def store_beside(db: Database, entry_id: int, was: Beside, now: Beside) -> None:
    """Replace what is stored in place, where it differs."""
    if now.comments != was.comments:
        db.execute("UPDATE entries SET comments = ? WHERE id = ?", (now.comments, entry_id))
    if now.extra != was.extra:
        store_extra(db, "entry", entry_id, now.extra)


def store_extra(db: Database, of: _Owner, number: int, extra: StoredExtra | None) -> None:
    """Store the `extra` of an entry or a feed in the place of what it had; None removes that."""
    if extra is None:
        db.execute(f"DELETE FROM extra WHERE {of} = ?", (number,))  # noqa: S608
        return
    db.execute(
        f"""
        INSERT INTO extra ({of}, json, left_out) VALUES (?, ?, ?)
        ON CONFLICT ({of}) DO UPDATE SET json = excluded.json, left_out = excluded.left_out
        WHERE (json, left_out) != (excluded.json, excluded.left_out)
        """,  # noqa: S608
        (number, extra.json, extra.left_out),
    )


def fill_extra_of_feed(db: Database, feed_id: int, extra: StoredExtra) -> None:
    """Store the `extra` of a feed that has none."""
    db.execute(
        "INSERT INTO extra (feed, json, left_out) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (feed_id, extra.json, extra.left_out),
    )


def source_id(db: Database, source: Source) -> int:
    """The number of a source, which is known by its address, or else its title; its title is the latest that is said.

    `sources_identity` is the index of the former.
    """
    values = {"title": source.title, "url": source.url}
    db.execute(
        """
        INSERT INTO sources (title, url) VALUES (:title, :url) ON CONFLICT (coalesce(url, title)) DO UPDATE
        SET title = excluded.title WHERE excluded.title IS NOT NULL AND excluded.title IS NOT title
        """,
        values,
    )
    [(number,)] = db.execute(
        "SELECT id FROM sources WHERE coalesce(url, title) = coalesce(:url, :title)", values
    ).fetchall()
    return int(number)
