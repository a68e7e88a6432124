"""Free what goes by the bounds, and say what was freed, in runs without a terminal."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.bounds import human_size
from ingest.archive.documents.pruning.free import FreedFile, free_bytes
from ingest.archive.documents.pruning.plan import PrunePlan
from ingest.archive.documents.pruning.stored import prune_plan
from ingest.archive.documents.pruning.totals import document_limits, totals_above
from ingest.archive.documents.pruning.unmet import note_unmet_bounds, unmet_bounds
from ingest.archive.documents.warc.folder import warc_folder
from ingest.archive.file.errors import ArchiveError, explained
from ingest.archive.file.opening import open_archive
from ingest.base.clock import counted, now

LEFT = "so nothing was freed of it. If it stays so after the next update, put the file back from a backup."


def free_planned(db: Database, plan: PrunePlan) -> Iterator[FreedFile]:
    """Free what goes by a plan for all feeds; at the end it is noted which bounds could not be met.

    Raises ArchiveError, OSError.
    """
    was_left = bool(plan.left)
    for name in plan.left:
        yield FreedFile(name, left="it is longer or shorter than the archive says")
    for one in free_bytes(db, plan.documents, now()):
        was_left = was_left or one.left is not None
        yield one
    if plan.is_of_all and not was_left:  # else it is tried, and said, again
        _note_unmet(db, plan)


def _note_unmet(db: Database, plan: PrunePlan) -> None:
    limits, noted = document_limits(db), unmet_bounds(db)
    unmet = {scope: noted[scope] for scope in plan.waiting if scope in noted}
    if plan.above:
        for scope, total in totals_above(db, limits).items():
            limit = limits[scope]
            if scope in plan.above and limit is not None:
                unmet[scope] = (limit, total)
    note_unmet_bounds(db, unmet)


def why_above(plan: PrunePlan) -> str:
    """Why no more can go."""
    return (
        f"What is kept stays {human_size(sum(plan.above.values()))} above its bound: the rest are the first or last "
        "document of a version of an entry, or the last of their feed, which never go."
    )


def freed_line(freed: Sequence[FreedFile]) -> str:
    """How many documents were freed, and of what size."""
    documents = counted(sum(one.documents for one in freed), "document")
    return f"{documents} freed: {human_size(sum(one.bytes for one in freed))}"


def prune_archive(archive: Path, given_up: Callable[[], bool]) -> list[str]:
    """Free what goes by the bounds, until `given_up` returns true. Returns sentences on what was done."""
    freed = []
    try:
        with closing(open_archive(archive)) as db, explained(archive):
            plan = prune_plan(db, again=False)
            for one in free_planned(db, plan):
                freed.append(one)
                if given_up():
                    break
    except ArchiveError as error:
        return [str(error)]
    except OSError as error:
        folder = error.filename or warc_folder(archive)
        return [f"{folder}: {error.strerror or error}. Nothing more was freed of its documents."]
    said = [freed_line(freed)] if any(one.documents for one in freed) else []
    said += [why_above(plan)] if plan.above else []
    return said + [f"{warc_folder(archive) / one.name}: {one.left}, {LEFT}" for one in freed if one.left]


async def prune_beside(archive: Path) -> list[str]:
    """The same in a thread, which gives up where this is cancelled."""
    over = threading.Event()
    try:
        return await asyncio.to_thread(prune_archive, archive, over.is_set)
    finally:
        over.set()
