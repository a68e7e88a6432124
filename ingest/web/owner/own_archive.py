"""The archive of a request that its owner alone may make."""

from pathlib import Path
from typing import Any

from datasette import Forbidden

from ingest.web.access import is_owner, readable_archive
from ingest.web.manage import writable_archive


async def own_archive(datasette: Any, request: Any) -> Path:
    """The archive's file, for its owner alone. Raises ArchiveError where it is to be changed, but cannot be."""
    if not is_owner(datasette, request.actor):
        raise Forbidden("Only the owner of the archive may do this.")
    database = await readable_archive(datasette, request.actor)
    return writable_archive(database) if request.method == "POST" else Path(database.path)
