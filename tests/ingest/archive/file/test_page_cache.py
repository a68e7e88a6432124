"""The pages that a connection keeps: few while a document is saved that fills the memory itself."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive
from ingest.archive.file.page_cache import CACHE_KB, pages_for


def kept(db: Database) -> int:
    [(size,)] = db.execute("PRAGMA cache_size").fetchall()
    return -int(size)


@pytest.mark.parametrize(("characters", "expected"), [(20_000, CACHE_KB), (20_000_000, 2_000)])
def test_few_pages_are_kept_while_a_large_document_is_saved_alone(
    tmp_path: Path, characters: int, expected: int
) -> None:
    with closing(open_archive(tmp_path / "a.db", create=True)) as db:
        with pages_for(db, characters):
            assert kept(db) == expected
        assert kept(db) == CACHE_KB


def test_as_many_are_kept_as_before_where_saving_fails(tmp_path: Path) -> None:
    with closing(open_archive(tmp_path / "a.db", create=True)) as db:
        with pytest.raises(ZeroDivisionError), pages_for(db, 20_000_000):
            raise ZeroDivisionError
        assert kept(db) == CACHE_KB
