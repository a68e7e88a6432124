"""An archive that this process has open keeps its advisory locks, so that no other process deletes its WAL."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.archive.file.errors import ArchiveDamaged
from ingest.archive.file.opening import open_archive, read_archive
from ingest.cli.commands import main

WRITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("INSERT INTO tags (name) VALUES (?)", [sys.argv[2]])
connection.commit()
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    open_archive(path, create=True).close()
    return path


def written_elsewhere(archive: Path, tag: str) -> None:
    """By another process, which closes it again."""
    subprocess.run([sys.executable, "-c", WRITE, archive, tag], check=True)


def test_opening_it_once_more_takes_no_lock_away(archive: Path) -> None:
    with closing(open_archive(archive)) as db:
        db.execute("SELECT count(*) FROM tags").fetchall()
        open_archive(archive).close()
        read_archive(archive).close()
        written_elsewhere(archive, "theirs")
        assert archive.with_name("archive.db-wal").exists()
        with db.conn:
            db.execute("INSERT INTO tags (name) VALUES ('ours')")
        written_elsewhere(archive, "theirs again")
    with closing(read_archive(archive)) as db:
        assert [row[0] for row in db.execute("SELECT name FROM tags ORDER BY id")] == [
            "theirs",
            "ours",
            "theirs again",
        ]


@pytest.mark.parametrize("name", ["archive.db", "archive.db-wal", "archive.db-shm"])
def test_a_file_of_the_archive_s_own_is_not_imported_into_it(archive: Path, name: str) -> None:
    with closing(open_archive(archive)) as db:
        db.execute("SELECT count(*) FROM tags").fetchall()
        result = CliRunner().invoke(main, ["import", str(archive), str(archive.with_name(name))])
        assert "it is the archive itself, or belongs to it." in result.stderr
        assert result.exit_code == 1
        written_elsewhere(archive, "theirs")
        assert archive.with_name("archive.db-wal").exists()


def test_one_that_was_closed_is_judged_anew(archive: Path) -> None:
    with archive.open("r+b") as file:
        file.write(b"\0" * 16)
    with pytest.raises(ArchiveDamaged):
        open_archive(archive)
