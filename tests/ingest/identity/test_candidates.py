"""Looking for entries that may be the same costs what is looked for, not what the feed has."""

import re

from sqlite_utils import Database

from ingest.archive.identity.candidates import _ALIKE


def test_the_entries_of_a_feed_are_not_walked(db: Database) -> None:
    parameters = {"feed": 1, "guids": "[]", "keys": "[]", "dates": "[]", "bare": 0}
    plan = [step for *_, step in db.execute(f"EXPLAIN QUERY PLAN {_ALIKE}", parameters)]
    assert [step for step in plan if re.search(r"SCAN entries|\(feed=\?\)", step)] == []
