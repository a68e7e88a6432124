"""A migration that landed does for ever what it did: archives of before and after must become the same."""

import pytest

from tests.fixtures.archives.landed import digests, noted


@pytest.mark.parametrize("name, digest", digests().items())
def test_a_landed_migration_is_not_edited(name: str, digest: str) -> None:
    assert name in noted(), "a new migration: run python -m tests.fixtures.archives.make"
    assert noted()[name] == digest, f"{name} has landed: leave it as it was, and write a new migration"


def test_no_landed_migration_is_renamed_moved_or_taken_away() -> None:
    assert list(digests())[: len(noted())] == list(noted())
