import pytest

from ingest.archive.file import migrating, opening


@pytest.fixture(autouse=True)
def archives_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """As they are made in earnest, not copied: how is tested here."""
    monkeypatch.setattr(opening, "migrate", migrating.migrate)
