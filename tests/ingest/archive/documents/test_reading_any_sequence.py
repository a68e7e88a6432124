"""Whatever documents come, and whichever reader reads them, in any order and again."""

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.documents.warc.pack import pack
from ingest.archive.polls import Poll
from ingest.archive.save import save, save_reread
from ingest.archive.saving.outcome import Reread
from ingest.base.models import CleanEntry, ReceivedDocument
from tests.empty_archive import empty_archive
from tests.ingest.archive.documents.saying import URL
from tests.ingest.values import clean_entry, clean_feed

# A document says some entries, each in a version: (guid, version). A reader makes a text of a version.
Document = Sequence[tuple[str, int]]
DOCUMENT = st.lists(st.tuples(st.sampled_from("12"), st.integers(1, 3)), max_size=3)
# A step: a document comes at a time, by a poll or saved, or one that has come is read again, by a reader.
STEP = st.tuples(st.booleans(), st.integers(1, 5), DOCUMENT, st.integers(0, 9), st.integers(1, 3))
STEPS = st.lists(STEP, min_size=1, max_size=6)


def read(document: Document, reader: int) -> list[CleanEntry]:
    """What a reader reads: each finds a word of its own, and one less or more of what is there."""
    return [
        clean_entry(
            guid,
            text=" ".join([f"v{version}", f"r{reader}", *(["cut"] if (version + reader) % 2 else [])]),
            title=f"t{version}r{reader}" if version == 3 else "Title",
            tags=(f"tag{version}",) if reader != 2 else (),
            fingerprint=f"{guid} {version} {reader if version == 2 else ''}",
        )
        for guid, version in document
    ]


def words(db: Database) -> dict[str, set[str]]:
    """The words of all versions and readings of each entry."""
    found: dict[str, set[str]] = {}
    for guid, text in db.execute(
        """
        SELECT guid, title || ' ' || text || ' ' || coalesce(
            (SELECT group_concat(name, ' ') FROM entry_tags JOIN tags ON id = tag WHERE entry = entries.id), '')
        FROM entries JOIN contents ON contents.entry = entries.id
        UNION ALL
        SELECT entries.guid, versions.title || ' ' || text || ' ' || coalesce(
            (SELECT group_concat(value, ' ') FROM json_each(other, '$.tags')), '')
        FROM versions JOIN entries ON entries.id = entry WHERE kind != 'present'
        """
    ):
        found.setdefault(guid, set()).update(re.findall(r"\w+", text.casefold()))
    return found


def identities(db: Database) -> list[tuple[int, str, str]]:
    return db.execute("SELECT id, guid, first_seen FROM entries ORDER BY id").fetchall()


def take(db: Database, document: Document, at: str, number: int, reader: int, poll: bool) -> None:
    body = repr((number, document)).encode()
    save(
        db,
        clean_feed(*read(document, reader)),
        url=URL,
        now=at,
        poll=Poll(status=200) if poll else None,
        document=pack(ReceivedDocument(body, at, URL, "poll" if poll else "import"), URL),
        reader=reader,
    )


def time(day: int) -> str:
    return f"2026-01-{day:02}T00:00:00Z"


@given(STEPS)
@example([(False, 1, [("1", 1)], 0, 1), (False, 1, [("2", 1)], 1, 1), (False, 1, [("1", 1), ("2", 1)], 2, 1)])
def test_no_word_is_lost_and_no_entry_changes_its_identity_when_it_is_read_again(steps: list) -> None:  # type: ignore[type-arg]
    with TemporaryDirectory() as folder:
        db = empty_archive(Path(folder) / "archive.db")
        documents: list[Document] = []
        for poll, day, document, again, reader in steps:
            had, were = words(db), identities(db)
            if again < len(documents):
                save_reread(db, 1, again + 1, clean_feed(*read(documents[again], reader)), reader)
                assert identities(db)[: len(were)] == were
            else:
                documents.append(document)
                take(db, document, time(10 + len(documents) if poll else day), len(documents), reader, poll)
            has = words(db)
            # What a document shows to be two entries, which a rule took for one, is split.
            again_two = set().union(*(has[guid] for guid in has.keys() - had.keys()))
            assert all(had[guid] <= has[guid] | again_two for guid in had)
        db.close()


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 5), DOCUMENT), min_size=1, max_size=5), st.integers(2, 3)
)
@example([(False, 1, [("1", 3)]), (False, 1, [("1", 1)]), (False, 1, [("1", 1), ("1", 3)])], 2)
@example([(True, 1, [("1", 1), ("1", 3)]), (False, 2, [("2", 1)]), (False, 1, [("2", 1), ("2", 3)])], 2)
@example([(True, 1, [("1", 1), ("1", 3)]), (False, 1, [("2", 1)]), (False, 1, [("2", 1), ("2", 3)])], 2)
@example([(False, 3, [("2", 3)]), (False, 2, [("1", 1), ("2", 1)]), (False, 1, [("2", 1), ("2", 3)])], 2)
@example([(False, 1, [("1", 3)]), (False, 1, [("1", 1), ("1", 3)]), (False, 1, [("1", 1), ("2", 3)])], 2)
def test_reading_all_again_claims_no_edit_of_what_was_read_and_twice_is_once(
    steps: list, reader: int
) -> None:  # type: ignore[type-arg]
    with TemporaryDirectory() as folder:
        db = empty_archive(Path(folder) / "archive.db")
        for number, (poll, day, document) in enumerate(steps):
            take(db, document, time(10 + number if poll else day), number, 1, poll)
        edits = "SELECT id, entry, seen, replaced, text FROM versions WHERE kind = 'edit' ORDER BY id"
        were = db.execute(edits).fetchall()

        def again() -> list[Reread]:
            in_order = [row for (row,) in db.execute("SELECT id FROM documents ORDER BY at, id").fetchall()]
            return [
                save_reread(db, 1, row, clean_feed(*read(steps[row - 1][2], reader)), reader)
                for row in in_order
            ]

        again()
        assert db.execute(edits).fetchall() == were
        once = list(db.conn.iterdump())
        assert all(made == Reread() for made in again())
        assert list(db.conn.iterdump()) == once
        db.close()


@given(DOCUMENT, st.lists(st.tuples(st.booleans(), st.integers(1, 3)), min_size=1, max_size=4))
@example([("1", 1), ("1", 2)], [(True, 2), (True, 2)])
def test_the_same_document_by_any_readers_claims_no_edit(document: Document, readers: list) -> None:  # type: ignore[type-arg]
    with TemporaryDirectory() as folder:
        db = empty_archive(Path(folder) / "archive.db")
        take(db, document, time(1), 0, 1, poll=True)
        edits = "SELECT count(*) FROM revisions WHERE kind = 'edit'"
        were = db.execute(edits).fetchall()
        for number, (poll, reader) in enumerate(readers, 1):
            take(db, document, time(1 + number), number, reader, poll)
            assert db.execute(edits).fetchall() == were
        db.close()
