"""The folder of an archive's WARC files: where it is, and what its files are called."""

import re
from pathlib import Path

from sqlite_utils import Database

LARGEST_FILE = 64_000_000  # bytes, after which another is begun
_NAME = re.compile(r"feedsette-\d{14}-(\d{5,})\.warc\.gz")


def warc_folder(archive: Path) -> Path:
    """The folder beside the archive: `archive.warc` of `archive.db`."""
    return archive.with_name(f"{archive.stem}.warc")


def folder_of(db: Database) -> Path:
    """The folder of an archive that is open. A link to its file is followed, as SQLite does."""
    [(path,)] = db.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchall()
    return warc_folder(Path(path))


def is_warc_name(name: str) -> bool:
    """Whether a file has a name that this module gives."""
    return bool(_NAME.fullmatch(name))


def next_name(names: list[str], at: str) -> str:
    """The name of a new file that is begun at the time `at`: names sort by time."""
    serials = [int(found[1]) for name in names if (found := _NAME.fullmatch(name))]
    return f"feedsette-{re.sub('[^0-9]', '', at)[:14]}-{max(serials, default=0) + 1:05}.warc.gz"
