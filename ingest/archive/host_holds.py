"""What hosts asked for with Retry-After, kept in the archive: it holds for the next run as well."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.file.opening import is_there, open_archive, transaction
from ingest.base.clock import timestamp
from ingest.fetch.rate_limits import LONGEST_WAIT, Budget


def remember(db: Database, budget: Budget, moment: datetime) -> None:
    """Note which hosts are to be left alone, and until when. `moment` is aware."""
    with transaction(db):
        db.execute("DELETE FROM host_holds WHERE until <= ?", (timestamp(moment),))
        for host, seconds in budget.holds().items():
            db.execute(
                """
                INSERT INTO host_holds (host, until) VALUES (?, ?)
                ON CONFLICT (host) DO UPDATE SET until = max(until, excluded.until)
                """,
                (host, timestamp(moment + timedelta(seconds=seconds))),
            )


def recall(db: Database, budget: Budget, moment: datetime) -> None:
    """Leave alone the hosts that asked for it."""
    for host, until in db.execute("SELECT host, until FROM host_holds WHERE until > ?", (timestamp(moment),)):
        seconds = (datetime.fromisoformat(until) - moment).total_seconds()
        budget.hold(host, min(seconds, LONGEST_WAIT))


@contextmanager
def remembered(archive: Path, budget: Budget) -> Iterator[None]:
    """Recall before the block what the archive at this path knows, if there is one, and remember after it."""
    if is_there(archive):
        with closing(open_archive(archive)) as db:
            recall(db, budget, datetime.now(UTC))
    yield
    if budget.holds() and is_there(archive):
        with closing(open_archive(archive)) as db:
            remember(db, budget, datetime.now(UTC))
