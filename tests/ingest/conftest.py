from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive import open_archive


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_archive(tmp_path / "archive.db", create=True) as db:
        yield db
