"""Whether anything is above its bound is decided by sums, and what was tried in vain is tried again when more came."""

import random
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.documents import keep as keeping
from ingest.archive.documents.bounds import DocumentBounds, bounds_of_run, set_bounds
from ingest.archive.documents.pruning import stored
from ingest.archive.documents.pruning.prune import free_planned, prune_archive
from ingest.archive.documents.pruning.stored import document_rows, prune_plan
from ingest.archive.documents.pruning.totals import document_limits, document_totals, totals_above
from ingest.archive.documents.pruning.unmet import note_unmet_bounds, unmet_bounds
from ingest.archive.documents.warc.folder import warc_folder
from tests.ingest.archive.documents.kept import check_bytes, keep

URL, OTHER, THIRD = (f"https://{name}.example.org/feed" for name in ("one", "other", "third"))


@pytest.fixture
def kept(db: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Thirty documents of about a kilobyte of three feeds, in several files; some share a body."""
    monkeypatch.setattr(keeping, "LARGEST_FILE", 6_000)
    chance = random.Random(13)
    for day in range(30):
        keep(db, (URL, OTHER, THIRD)[day % 3], day, chance.randbytes(1_000) if day % 5 else b"the same")
    return db


def size_of(db: Database, feed: int) -> int:
    return sum(one.size for one in document_rows(db) if one.feed == feed)


def read_by(monkeypatch: pytest.MonkeyPatch) -> list[set[int | None]]:
    """The feeds whose rows were read, for each time that rows are."""
    read: list[set[int | None]] = []
    rows = stored.document_rows

    def noted(*arguments: object) -> object:
        found = rows(*arguments)  # type: ignore[arg-type]
        read.append({one.feed for one in found})
        return found

    monkeypatch.setattr(stored, "document_rows", noted)
    return read


@pytest.mark.parametrize("own", [(), (1,), (1, 3)])
def test_the_sums_are_those_of_the_rows(kept: Database, own: tuple[int, ...]) -> None:
    sizes = {feed: size_of(kept, feed) for feed in (1, 2, 3)}
    totals = document_totals(kept, [None, *own], own)
    assert totals == {
        None: sum(size for feed, size in sizes.items() if feed not in own),
        **{feed: sizes[feed] for feed in own},
    }


def test_what_is_cut_off_or_missing_takes_nothing(kept: Database, tmp_path: Path) -> None:
    first, second, *_ = sorted(warc_folder(tmp_path / "archive.db").iterdir())
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1])
    assert document_totals(kept, [None], ()) == {None: sum(one.size for one in document_rows(kept))}


def test_of_what_is_within_its_bounds_no_row_is_read(kept: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_by(monkeypatch)
    set_bounds(kept, None, "1GB")
    set_bounds(kept, None, f"{size_of(kept, 1)}B", 1)
    assert totals_above(kept, document_limits(kept)) == {}
    assert not prune_plan(kept).documents
    assert read == []


def test_only_the_rows_of_a_feed_above_its_bound_are_read(
    kept: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = read_by(monkeypatch)
    set_bounds(kept, None, "0", 1)
    plan = prune_plan(kept)
    assert read == [{1}]
    assert plan.documents and {one.feed for one in plan.documents} == {1}
    shared = {one.sha256 for one in document_rows(kept) if one.feed != 1}
    assert not any(one.sha256 in shared for one in plan.documents)


def test_feeds_without_a_bound_of_their_own_count_together(
    kept: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = read_by(monkeypatch)
    set_bounds(kept, None, "0")
    set_bounds(kept, None, "none", 2)
    assert {one.feed for one in prune_plan(kept).documents} == {1, 3}
    assert read == [{1, 3}]


def test_what_was_tried_in_vain_is_tried_again_when_more_has_come(
    kept: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, read = tmp_path / "archive.db", read_by(monkeypatch)
    set_bounds(kept, None, "1 kB")
    freed, why = prune_archive(archive, lambda: False)
    assert "documents freed" in freed and "above its bound" in why
    assert unmet_bounds(kept) == {None: (1_000, sum(one.size for one in document_rows(kept)))}
    assert prune_archive(archive, lambda: False) == [] and len(read) == 1
    keep(kept, URL, 40, random.Random(14).randbytes(1_000))
    assert "freed" in prune_archive(archive, lambda: False)[0] and len(read) == 2
    check_bytes(archive)


def test_another_bound_is_tried_at_once(kept: Database, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    set_bounds(kept, None, "1 kB")
    prune_archive(archive, lambda: False)
    with bounds_of_run(DocumentBounds(max_bytes=900)):
        assert "above its bound" in prune_archive(archive, lambda: False)[-1]


def test_a_feed_s_bound_is_met_though_the_archive_s_cannot_be(kept: Database, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    set_bounds(kept, None, "1 kB")
    set_bounds(kept, None, "none", 1)
    prune_archive(archive, lambda: False)
    noted = unmet_bounds(kept)
    assert list(noted) == [None]
    set_bounds(kept, None, "5 kB", 1)
    [freed] = prune_archive(archive, lambda: False)
    assert "freed" in freed and unmet_bounds(kept) == noted


def test_a_bound_that_is_met_again_is_not_noted_any_more(kept: Database, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    set_bounds(kept, None, "1 kB")
    prune_archive(archive, lambda: False)
    set_bounds(kept, None, "1GB")
    assert prune_archive(archive, lambda: False) == [] and unmet_bounds(kept) == {}


def test_who_gives_up_notes_nothing(kept: Database, tmp_path: Path) -> None:
    set_bounds(kept, None, "0")
    prune_archive(tmp_path / "archive.db", lambda: True)
    assert unmet_bounds(kept) == {}
    assert list(free_planned(kept, prune_plan(kept))) and unmet_bounds(kept)


@pytest.mark.parametrize("value", ["no", "[1]", "{}", '[[null, "a", 1]]', "[[[], 1, 1]]"])
def test_a_note_that_another_program_has_spoilt_counts_as_none(db: Database, value: str) -> None:
    db.execute("INSERT INTO settings (name, value) VALUES ('unmet_bounds', ?)", (value,))
    db.conn.commit()
    assert unmet_bounds(db) == {}
    note_unmet_bounds(db, {None: (1, 2), 3: (4, 5)})
    assert unmet_bounds(db) == {None: (1, 2), 3: (4, 5)}


def test_a_damaged_file_is_tried_and_named_again(kept: Database, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    last = max(warc_folder(archive).iterdir())
    last.write_bytes(last.read_bytes() + b"more")
    set_bounds(kept, None, "0")
    for _ in range(2):
        said = prune_archive(archive, lambda: False)
        assert (
            f"{last}: it is longer or shorter than the archive says, so nothing was freed of it." in said[-1]
        )
