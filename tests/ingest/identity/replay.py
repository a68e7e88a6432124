"""Polls and imports of documents at given times, and what the archive then says was published, edited and removed."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sqlite_utils import Database

from ingest.archive.documents.warc.pack import pack
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.base.models import CleanFeed, ReceivedDocument
from ingest.workers.parse_pool import parse_and_clean

URL = "https://publisher.example/feed"


@dataclass(frozen=True)
class Found:
    """What was published: how many entries, which of them were edited (once for each edit), which removed.

    An entry is named by the end of its guid, as far as that is needed to tell it from the others.
    """

    entries: int
    edited: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@cache
def read(body: bytes) -> CleanFeed:
    """Several tests save the same documents."""
    return parse_and_clean(body, None, URL)


def poll(db: Database, documents: Iterable[tuple[str, bytes]]) -> None:
    """Save documents, each with its time, as polls do."""
    for at, body in documents:
        save(db, read(body), url=URL, now=at, poll=Poll(status=200))


def take_in_captures(db: Database, documents: Iterable[tuple[str, bytes]]) -> None:
    """Save documents, each with its time, as an import of captures does, in the order in which they are given."""
    for at, body in documents:
        received = ReceivedDocument(body=body, at=at, url=URL, came="import")
        save(
            db,
            read(body),
            url=URL,
            now=at,
            document=pack(received, URL),
            dated=True,
        )


def count_entries(db: Database) -> int:
    """Without those that became another one, where their rows are still there."""
    query = "SELECT count(*) FROM entries"
    if "entry_aliases" in db.table_names():
        query += " WHERE id NOT IN (SELECT former_entry FROM entry_aliases WHERE former_entry IS NOT NULL)"
    return int(db.execute(query).fetchone()[0])


def former_versions(db: Database) -> str:
    """The table of former versions with whole texts: a view, where revisions copy only what differs."""
    return (
        "(SELECT * FROM versions WHERE kind != 'present')" if "versions" in db.view_names() else "revisions"
    )


def edited_guids(db: Database) -> list[str]:
    """The guid of each entry that was edited, once for each edit."""
    rows = db.execute(
        """
        SELECT entries.guid FROM revisions JOIN entries ON entries.id = revisions.entry
        WHERE kind = 'edit' ORDER BY revisions.id
        """
    )
    return [guid for (guid,) in rows]


def removed_guids(db: Database) -> list[str]:
    return [guid for (guid,) in db.execute("SELECT guid FROM entries WHERE removed IS NOT NULL ORDER BY id")]
