"""An entry of which its feed says another version again and again: each is kept once, and none costs more."""

from sqlite_utils import Database

from ingest.archive.polls import Poll
from ingest.archive.revisions import NEIGHBOURS
from ingest.archive.save import Saved, save
from ingest.base.models import CleanEntry
from tests.ingest.values import clean_entry, clean_feed

URL = "https://example.org/feed.xml"
MANY = 3 * NEIGHBOURS
STEPS = 10  # of SQLite's machine, by which its work is counted


def state(number: int, said: str = "State") -> CleanEntry:
    return clean_entry("1", text=f"{said} {number}.", title="Status")


def at(hour: int) -> str:
    return f"2025-01-{1 + hour // 24:02}T{hour % 24:02}:00:00Z"


def poll(db: Database, hour: int, *entries: CleanEntry) -> Saved:
    return save(db, clean_feed(*entries), url=URL, now=at(hour), poll=Poll(status=200))


def capture(db: Database, hour: int, *entries: CleanEntry) -> Saved:
    return save(db, clean_feed(*entries), url=URL, now=at(hour))


def work_of(db: Database, hour: int, *entries: CleanEntry, live: bool = True) -> int:
    steps: list[None] = []
    db.conn.set_progress_handler(lambda: steps.append(None), STEPS)
    (poll if live else capture)(db, hour, *entries)
    db.conn.set_progress_handler(None, 0)
    return len(steps)


def test_a_poll_costs_no_more_after_many_versions(db: Database) -> None:
    for hour in range(MANY):
        poll(db, 2 * hour, state(hour))
    early = work_of(db, 2 * MANY, state(MANY))
    for hour in range(MANY + 1, 4 * MANY):
        poll(db, 2 * hour, state(hour))
    assert work_of(db, 8 * MANY, state(4 * MANY)) < 1.2 * early


def test_an_earlier_document_costs_no_more_after_many_versions(db: Database) -> None:
    for hour in range(MANY):
        poll(db, 2 * hour, state(hour))
    early = work_of(db, MANY + 1, state(MANY, "Before"), live=False)
    for hour in range(MANY, 4 * MANY):
        poll(db, 2 * hour, state(hour))
    assert work_of(db, MANY + 3, state(MANY + 2, "Before"), live=False) < 1.2 * early


def test_many_versions_in_one_document_are_kept_once_however_often_it_is_saved(db: Database) -> None:
    said = [state(number) for number in range(MANY)]
    poll(db, 1, *said)
    kept = [text for (text,) in db.execute("SELECT text FROM versions ORDER BY text")]
    poll(db, 3, *said)
    capture(db, 2, *said)
    assert kept == sorted(entry.text for entry in said)
    assert [text for (text,) in db.execute("SELECT text FROM versions ORDER BY text")] == kept


def test_a_version_of_long_ago_is_found_in_a_document_of_unknown_time(db: Database) -> None:
    for hour in range(MANY):
        poll(db, hour, state(hour))
    assert capture(db, 2 * MANY, state(1)).changed == 0
    assert db["revisions"].count == MANY - 1


def test_a_text_that_comes_again_and_again_is_stored_once(db: Database) -> None:
    for hour in range(MANY):
        poll(db, hour, clean_entry("1", text="Open.", title=f"Day {hour}"))
    assert db.execute("SELECT count(*) FROM revisions WHERE text IS NOT NULL").fetchone() == (0,)
