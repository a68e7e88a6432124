"""Persist Retry-After in the archive, so that the next run respects it as well."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.file.opening import is_there, open_archive
from ingest.archive.host_holds import load_holds, save_holds
from ingest.base.clock import timestamp
from ingest.fetch.rate_limits import LONGEST_WAIT, Budget


def keep_holds(db: Database, budget: Budget, moment: datetime) -> None:
    """Save to which hosts no request may be sent, and until when. `moment` (aware) is the present."""
    holds = {host: timestamp(moment + timedelta(seconds=seconds)) for host, seconds in budget.holds().items()}
    save_holds(db, holds, timestamp(moment))


def restore_holds(db: Database, budget: Budget, moment: datetime) -> None:
    """Load to which hosts no request may be sent yet. `moment` (aware) is the present."""
    for host, until in load_holds(db, timestamp(moment)).items():
        seconds = (datetime.fromisoformat(until) - moment).total_seconds()
        budget.hold(host, min(seconds, LONGEST_WAIT))


@contextmanager
def persistent_holds(archive: Path, budget: Budget) -> Iterator[None]:
    """`restore_holds` before the block and `keep_holds` after it, if there is an archive at this path."""
    if is_there(archive):
        with closing(open_archive(archive)) as db:
            restore_holds(db, budget, datetime.now(UTC))
    yield
    if budget.holds() and is_there(archive):
        with closing(open_archive(archive)) as db:
            keep_holds(db, budget, datetime.now(UTC))
