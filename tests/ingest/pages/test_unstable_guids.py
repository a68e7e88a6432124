from sqlite_utils import Database

from ingest.pages.unstable_guids import UnstableGuids, load_unstable_guids
from tests.ingest.identity.test_saved_under_other_guids import poll, post


def take(db: Database, *guids: str) -> None:
    for day, guid in enumerate(guids, 1):
        poll(db, post(guid), now=f"2026-01-{day:02}T00:00:00Z")


def test_a_feed_whose_guids_are_new_at_every_poll_is_noticed(db: Database) -> None:
    take(db, "a", "b", "c", "d")
    assert load_unstable_guids(db.conn) == (UnstableGuids(1, "An example", 1, 3),)


def test_one_whose_guids_changed_once_is_not(db: Database) -> None:
    take(db, "a", "b", "b", "b")
    assert load_unstable_guids(db.conn) == ()


def test_a_feed_can_be_asked_for_alone(db: Database) -> None:
    take(db, "a", "b", "c", "d")
    assert load_unstable_guids(db.conn, 1) == load_unstable_guids(db.conn)
    assert load_unstable_guids(db.conn, 2) == ()


def test_so_is_one_that_dates_its_posts_anew_too(db: Database) -> None:
    for day in range(1, 5):
        now = f"2026-01-{day:02}T00:00:00Z"
        poll(db, *(post(f"{day}:{number}", number, published=now) for number in range(1, 4)), now=now)
    assert load_unstable_guids(db.conn) == (UnstableGuids(1, "An example", 3, 9),)
