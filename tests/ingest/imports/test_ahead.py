"""Imported documents are read in the pool while those before them are saved, and no entry is cleaned twice."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from ingest.archive import save as saving
from ingest.archive.file.opening import lazy_archive
from ingest.archive.save import Saved, save
from ingest.base.models import CleanEntry, CleanFeed
from ingest.workers.parse_pool import ParsePool
from ingest.workers.parsed_feed import ParsedFeed
from tests.ingest.documents_written_here import item, rss
from tests.ingest.imports.importing_here import imported, take_in

GUIDS_AND_TEXTS = "SELECT guid, text FROM entries JOIN contents ON entry = id"


@pytest.fixture
def cleaned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The guids of the entries that are cleaned."""
    guids: list[str] = []
    clean = ParsePool.clean

    async def noted(self: ParsePool, parsed: ParsedFeed, known: Collection[str] = ()) -> CleanFeed:
        guids.extend(entry.guid for entry in parsed.feed.entries if entry.fingerprint not in known)
        return await clean(self, parsed, known)

    monkeypatch.setattr(ParsePool, "clean", noted)
    return guids


def save_as(folder: Path, *documents: bytes) -> Path:
    folder.mkdir()
    for number, document in enumerate(documents):
        (folder / f"{number:03}.xml").write_bytes(document)
    return folder


def test_of_what_the_archive_has_only_the_news_is_cleaned(
    db: Database, tmp_path: Path, cleaned: list[str]
) -> None:
    take_in(db, save_as(tmp_path / "first", rss(item("1"), item("2"))))
    cleaned.clear()
    [done] = take_in(db, save_as(tmp_path / "next", rss(item("3"), item("2"), item("1"))))
    assert cleaned == ["3"]
    assert done.saved
    assert (done.saved.new, done.saved.unchanged) == (1, 2)


def test_what_an_earlier_document_of_the_import_has_is_not_cleaned_again(
    db: Database, tmp_path: Path, cleaned: list[str]
) -> None:
    polls = [rss(*(item(str(number)) for number in range(last, last + 10))) for last in range(40)]
    take_in(db, save_as(tmp_path / "polls", *polls))
    # Two that are read at once may have the same entry.
    assert set(cleaned) == {str(number) for number in range(49)}
    assert len(cleaned) < 100


def test_what_has_changed_since_and_back_is_cleaned_when_its_turn_has_come(
    db: Database, tmp_path: Path
) -> None:
    ours, theirs = rss(item("1", "Ours.")), rss(item("1", "Theirs."))
    done = take_in(db, save_as(tmp_path / "polls", ours, theirs, rss(item("1", "Ours."), title="Anew")))
    assert [one.saved and one.saved.unchanged for one in done] == [0, 0, 1]
    assert [text for (text,) in db.execute("SELECT text FROM contents")] == ["Theirs."]
    assert [text for (text,) in db.execute("SELECT text FROM revisions")] == ["Ours."]


def test_results_come_in_the_order_of_the_documents(db: Database, tmp_path: Path) -> None:
    documents = [rss(item(str(number)), title=str(number)) for number in range(40)]
    documents[7] = b"no feed"
    done = take_in(db, save_as(tmp_path / "polls", *documents))
    assert [Path(one.name).name for one in done] == [f"{number:03}.xml" for number in range(40)]
    assert [bool(one.problem) for one in done] == [number == 7 for number in range(40)]


def test_a_document_that_breaks_our_reader_is_named_and_the_rest_is_taken_in(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = ParsePool.parse

    async def breaks(self: ParsePool, body: bytes, *how: str | None) -> ParsedFeed:
        if b"BREAK" in body:
            raise RuntimeError("broken")
        return await parse(self, body, *how)  # type: ignore[arg-type]

    monkeypatch.setattr(ParsePool, "parse", breaks)
    bad, good = take_in(db, save_as(tmp_path / "two", rss(item("1", "BREAK")), rss(item("2"))))
    assert bad.problem
    assert "nobody foresaw (RuntimeError: broken)" in bad.problem
    assert good.saved


def test_a_document_that_cannot_be_saved_is_named_and_the_rest_is_taken_in(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(db: Database, feed: CleanFeed, **how: Any) -> Saved:
        if any(isinstance(entry, CleanEntry) and entry.text == "BREAK" for entry in feed.entries):
            raise OverflowError("too large")
        return save(db, feed, **how)

    monkeypatch.setattr(saving, "save", breaks)
    bad, good = take_in(db, save_as(tmp_path / "two", rss(item("1", "BREAK")), rss(item("2"))))
    assert bad.problem
    assert "nobody foresaw (OverflowError: too large)" in bad.problem
    assert good.saved
    assert [row["guid"] for row in db["entries"].rows] == ["2"]


def test_in_a_new_archive_the_states_of_a_feed_are_taken_in_as_in_one_that_is_there(
    db: Database, tmp_path: Path
) -> None:
    polls = [rss(*(item(str(number)) for number in range(last, last + 5))) for last in range(9)]
    folder = save_as(tmp_path / "polls", *polls, rss(item("3", "Anew.")))
    with lazy_archive(tmp_path / "new.db") as archive:
        into_new = imported([folder], archive)
        rows = archive().execute(GUIDS_AND_TEXTS).fetchall()
    into_old = take_in(db, folder)
    assert [one.saved for one in into_new] == [one.saved for one in into_old]
    assert rows == db.execute(GUIDS_AND_TEXTS).fetchall()
