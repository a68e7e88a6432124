"""The folder of an archive's WARC files: where it is, and what its files are called."""

import os
import re
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.file.opening import Archive

LARGEST_FILE = 64_000_000  # bytes, after which another is begun
UNFINISHED = ".unfinished"  # the end of a file's name while it is made
_NAME = re.compile(r"feedsette-(\d{14})-(\d{5,})\.warc\.gz")
_ENDS = """
    WITH RECURSIVE files (file) AS (
        SELECT min(file) FROM documents
        UNION ALL
        SELECT (SELECT min(file) FROM documents WHERE file > files.file) FROM files WHERE file IS NOT NULL
    )
    SELECT file, (
        SELECT offset + length FROM documents WHERE documents.file = files.file ORDER BY offset DESC LIMIT 1
    ) FROM files WHERE file IS NOT NULL
"""


def warc_folder(archive: Path) -> Path:
    """The folder beside the archive: `archive.warc` of `archive.db`. A link is followed, as SQLite does."""
    return _beside(os.path.realpath(archive))


def folder_of(db: Database) -> Path:
    """The folder of an archive that is open: links were followed when it was opened."""
    return _beside(str(path_of(db)))


def _beside(file: str) -> Path:
    return Path(f"{file.removesuffix('.db')}.warc")


def path_of(db: Database) -> Path:
    """The file of an archive that is open."""
    if isinstance(db, Archive):
        return db.path
    [(path,)] = db.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchall()
    return Path(path)


def archive_id_of(db: Database) -> str:
    """The archive's own number, with which its WARC files begin."""
    [(number,)] = db.execute("SELECT value FROM settings WHERE name = 'archive_id'").fetchall()
    return str(number)


def is_warc_name(name: str) -> bool:
    """Whether a file has a name that this module gives."""
    return bool(_NAME.fullmatch(name))


def is_unfinished(name: str) -> bool:
    """Whether it is the name of a file that was being made."""
    return name.endswith(UNFINISHED) and is_warc_name(name.removesuffix(UNFINISHED))


def name_beside(names: list[str], name: str) -> str:
    """The name of a file that takes the place of another: it sorts where that does."""
    serials = [int(match[2]) for one in names if (match := _NAME.match(one))]
    return f"feedsette-{name.split('-')[1]}-{max(serials, default=0) + 1:05}.warc.gz"


def next_name(names: list[str], moment: str) -> str:
    """The name of a new file that is begun at that time. It sorts behind all others, whatever the clock says."""
    found = [match for name in names if (match := _NAME.match(name))]
    time = max([re.sub("[^0-9]", "", moment)[:14], *(match[1] for match in found)])
    return f"feedsette-{time}-{max((int(match[2]) for match in found), default=0) + 1:05}.warc.gz"


def named_ends(db: Database) -> dict[str, int]:
    """The files that rows name, by name, and where the last record that they name ends."""
    return dict(db.execute(_ENDS).fetchall())


def file_sizes(folder: Path) -> dict[str, int]:
    """The sizes of the files in the folder that have names of ours, finished or not; pipes and folders are none."""
    try:
        with os.scandir(folder) as entries:
            return {
                entry.name: entry.stat().st_size
                for entry in entries
                if (is_warc_name(entry.name) or is_unfinished(entry.name)) and entry.is_file()
            }
    except (FileNotFoundError, NotADirectoryError):
        return {}
