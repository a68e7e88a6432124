"""What hosts asked for with Retry-After holds for the next run as well: it is kept in the archive."""

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
    """Note which hosts are to be left alone, and until when. `moment` is aware."""
    holds = {host: timestamp(moment + timedelta(seconds=seconds)) for host, seconds in budget.holds().items()}
    save_holds(db, holds, timestamp(moment))


def restore_holds(db: Database, budget: Budget, moment: datetime) -> None:
    """Leave alone the hosts that asked for it. `moment` is aware."""
    for host, until in load_holds(db, timestamp(moment)).items():
        seconds = (datetime.fromisoformat(until) - moment).total_seconds()
        budget.hold(host, min(seconds, LONGEST_WAIT))


@contextmanager
def persistent_holds(archive: Path, budget: Budget) -> Iterator[None]:
    """Restore before the block what the archive at this path knows, if there is one, and keep what is new after it."""
    if is_there(archive):
        with closing(open_archive(archive)) as db:
            restore_holds(db, budget, datetime.now(UTC))
    yield
    if budget.holds() and is_there(archive):
        with closing(open_archive(archive)) as db:
            keep_holds(db, budget, datetime.now(UTC))
