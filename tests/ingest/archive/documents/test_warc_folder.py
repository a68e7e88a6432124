"""Where the WARC files of an archive are, and what they are called."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.documents.warc_folder import (
    folder_of,
    is_unfinished,
    is_warc_name,
    next_name,
    warc_folder,
)


@pytest.mark.parametrize(
    ("archive", "folder"),
    [
        ("archive.db", "archive.warc"),
        ("a.b.db", "a.b.warc"),
        ("archive", "archive.warc"),
        ("archive.sqlite", "archive.sqlite.warc"),  # a copy beside archive.db must not write to its folder
        ("name with spaces%20?.db", "name with spaces%20?.warc"),
    ],
)
def test_the_folder_is_beside_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: str, folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(Database(Path(archive))) as db:
        db.execute("CREATE TABLE one (id)")
        assert folder_of(db) == warc_folder(Path(archive)) == tmp_path.resolve() / folder


def test_a_link_to_an_archive_is_followed(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    Database(real / "archive.db").execute("CREATE TABLE one (id)")
    (tmp_path / "a.db").symlink_to(link / "archive.db")
    with closing(Database(tmp_path / "a.db")) as db:
        assert folder_of(db) == warc_folder(tmp_path / "a.db") == real.resolve() / "archive.warc"


def test_names_sort_by_when_they_were_given_whatever_the_clock_says() -> None:
    first = next_name([], "2026-11-29T10:00:00Z")
    second = next_name([first], "2020-01-01T00:00:00Z")
    assert first == "feedsette-20261129100000-00001.warc.gz"
    assert second == "feedsette-20261129100000-00002.warc.gz"
    assert first < second < next_name([second, first], "2026-11-29T10:00:01Z")


def test_names_of_others_are_told_from_ours() -> None:
    assert is_warc_name("feedsette-20261129100000-00001.warc.gz")
    assert is_unfinished("feedsette-20261129100000-00001.warc.gz.unfinished")
    assert not is_warc_name("feedsette-20261129100000-00001.warc.gz.unfinished")
    assert not is_unfinished("mine.unfinished")
    assert not is_warc_name("crawl.warc.gz")
