"""Changes by the owner in the browser: settings and state of a feed; and why an archive cannot be written to."""

from contextlib import closing
from pathlib import Path
from typing import Any

from ingest.archive.file.errors import ArchiveError, explained
from ingest.archive.file.opening import open_archive, why_not_writable
from ingest.archive.owner import modify_feed, set_state


def writable_archive(database: Any) -> Path:
    """The archive's file. Raises ArchiveError where it is known in advance that nothing can be changed in it."""
    if why := why_read_only(database):
        raise ArchiveError(why)
    return Path(database.path)


def why_read_only(database: Any) -> str | None:
    """Why nothing can be changed in one of Datasette's databases, as far as that is known in advance."""
    if not database.path:
        return "This archive is in memory alone: nothing can be changed in it."
    path = Path(database.path)
    why = why_not_writable(path)
    if database.is_mutable or not path.exists():
        return why
    if why:
        return f"{why} Then start the server again."
    return (
        f"{path} is served as a file that nobody writes to. To change it, start the server again, without --immutable "
        "if that was given."
    )


def save_settings(archive: Path, feed_id: int, title: str, folder: str, state: str, note: str) -> None:
    """Save the owner's settings of a feed. Raises ArchiveError; ValueError where there is no such state."""
    with explained(archive), closing(open_archive(archive)) as db:
        modify_feed(db, feed_id, title, folder, state, note)


def save_state(archive: Path, feed_id: int, state: str) -> None:
    """Pause a feed or resume it. Raises ArchiveError."""
    with explained(archive), closing(open_archive(archive)) as db:
        set_state(db, feed_id, state)
