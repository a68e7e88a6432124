from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive
from tests.server import Server


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_archive(tmp_path / "archive.db", create=True) as db:
        yield db


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback that has nothing yet."""
    with Server() as server:
        yield server
